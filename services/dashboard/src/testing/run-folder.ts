import { createRun, appendToFile, type RunFolder, type StepLine } from '@taskweave/runs';
import { runSpecSchema } from '@taskweave/spec';

/** Two networks of one stage each: there is one candidate edge in either direction. */
const TASKS = ['left', 'right'];

/** The folder of a search that was killed after three steps. */
export async function writeTestRun(output: string, run: string): Promise<RunFolder> {
  const spec = runSpecSchema.parse({
    name: 'test',
    steps: 10,
    data: { set: 'multi-mnist' },
    tasks: TASKS.map((id) => ({ id, backbone: { id: 'vgg-mini' } })),
    strategy: { id: 'mtl-nas' },
  });
  const { folder, record } = await createRun(output, {
    run,
    plan: {
      spec,
      method: 'search',
      networks: TASKS.map((task) => ({
        task,
        stages: [{ name: 'conv1', channels: 4, height: 8, width: 8, block: 0 }],
      })),
      tasks: TASKS.map((id) => ({ id, kind: 'classification', outputs: 10 })),
      imageShape: [8, 8, 1],
    },
    codeVersion: '0.1.0',
    baselines: [],
    initialWeights: undefined,
  });
  await folder.writeRecord({ ...record, phase: 'searching' });
  const lines = [3, 2, 1].map((loss, step): StepLine => {
    const losses = { left: loss, right: 2 * loss };
    return {
      kind: 'step',
      step,
      losses,
      architectureLosses: {},
      learningRate: 0.1,
      seconds: 0.1,
      stepsPerSecond: 10,
    };
  });
  await appendToFile(folder.search.history, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return folder;
}
