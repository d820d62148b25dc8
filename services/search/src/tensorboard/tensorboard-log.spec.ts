import { RunFolder, writePictures, type StepLine } from '@taskweave/runs';
import { resolveSpec, type RunPlan } from '@taskweave/spec';
import { encodePng, raster } from '@taskweave/images';
import { buildNetworks, buildSupernet } from '@taskweave/supernet';
import { eventFiles, readEvents, type ReadEvent, type ReadValue } from '@taskweave/tensorboard/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { plugins } from '../run/plugins.js';
import { TensorboardLog } from './tensorboard-log.js';

let plan: RunPlan;
beforeAll(() => {
  const spec = resolveSpec(
    { preset: 'multi-mnist-smoke', assignments: ['evaluation.every=10'], steps: 40 },
    plugins,
  );
  const tasks = spec.tasks.map(({ id }) => ({ id, kind: 'classification' as const, outputs: 10 }));
  const imageShape = [36, 36, 1] as const;
  const networks = buildNetworks({ spec, tasks, imageShape }).map(({ task, backbone: { stages } }) => ({
    task: task.id,
    stages,
  }));
  plan = { spec, method: 'search', networks, tasks, imageShape };
});

let parent: string;
let folder: RunFolder;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-board-'));
  folder = new RunFolder(join(parent, 'run'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const stepLine = (step: number): StepLine => ({
  kind: 'step',
  step,
  losses: { left: step + 0.5, right: 2 },
  architectureLosses: { left: 3 },
  entropy: 0.5,
  edgesAbove: 4,
  learningRate: 0.25,
  seconds: 0.125,
  stepsPerSecond: 8,
});

const scoreOf = (value: number) => ({ metric: 'accuracy', value, loss: 1, examples: 4 });

/** What a session of a run tells; times are 1 ms a step, 0 for those that were done before. */
class Session {
  readonly warnings: string[] = [];
  readonly log = new TensorboardLog(folder, plan, (warning) => this.warnings.push(warning));

  steps(from: number, to: number, past = false): void {
    for (let step = from; step < to; step++) {
      this.log.take({ time: past ? 0 : step + 1, event: { kind: 'step', step, line: stepLine(step) } });
    }
  }

  evaluation(step: number, past = false): void {
    const details = { 'top-5 accuracy': 1 };
    const scores = { discrete: { left: { ...scoreOf(step / 100), details } }, soft: { left: scoreOf(0.5) } };
    const line = { kind: 'evaluation', step, scores } as const;
    this.log.take({ time: past ? 0 : step, event: { kind: 'evaluation.done', step, line } });
  }
}

async function eventsOf(file = 0): Promise<ReadEvent[]> {
  return readEvents(eventFiles(folder.tensorboard)[file]!);
}

/** The points of a tag, in the order of the file. */
const points = (events: readonly ReadEvent[], tag: string): [step: number, value: ReadValue][] =>
  events.flatMap(({ step, summary }) =>
    (summary?.value ?? [])
      .filter((value) => value.tag === tag)
      .map((value): [number, ReadValue] => [step, value]),
  );
const numbers = (events: readonly ReadEvent[], tag: string) =>
  points(events, tag).map(([step, value]) => [step, value.simple_value]);

it('tells losses, gates and scores at the number of steps done', async () => {
  const session = new Session();
  session.steps(0, 2);
  const edges = buildSupernet(plan).edges.length;
  session.log.takeGates(
    1,
    Array.from({ length: edges }, (_, i) => (i === 0 ? 1 : 0.5)),
  );
  session.evaluation(10);
  await session.log.close();
  const events = await eventsOf();
  expect(numbers(events, 'loss/left/weights')).toEqual([
    [1, 0.5],
    [2, 1.5],
  ]);
  expect(numbers(events, 'loss/left/architecture')[0]).toEqual([1, 3]);
  expect(numbers(events, 'loss/right/architecture')).toEqual([]);
  expect(numbers(events, 'training/learning rate')[1]).toEqual([2, 0.25]);
  expect(numbers(events, 'gates/temperature')).toEqual([]);
  expect(numbers(events, 'score/left/accuracy/soft')).toEqual([[10, 0.5]]);
  expect(numbers(events, 'score/left/top-5 accuracy/discrete')).toEqual([[10, 1]]);
  const histograms = ['gates/left to right', 'gates/right to left'].map((tag) => points(events, tag)[0]!);
  expect(histograms.map(([step]) => step)).toEqual([2, 2]);
  expect(histograms.map(([, { histo }]) => histo!.num)).toEqual([edges / 2, edges / 2]);
  expect(Math.max(...histograms.map(([, { histo }]) => histo!.max))).toBe(1);
  expect(session.warnings).toEqual([]);
});

it('starts anew where a resumed run does, without what was told before', async () => {
  const first = new Session();
  first.steps(0, 7);
  await first.log.close();
  const second = new Session();
  second.evaluation(10);
  second.steps(0, 5, true);
  second.evaluation(20, true);
  second.steps(5, 8);
  // Services crashed.
  second.steps(6, 9);
  await second.log.close();
  const events = await eventsOf(1);
  const starts = events.filter((event) => event.session_log?.status === 1).map(({ step }) => step);
  expect(starts).toEqual([6, 7]);
  expect(numbers(events, 'loss/left/weights').map(([step]) => step)).toEqual([6, 7, 8, 7, 8, 9]);
  expect(numbers(events, 'score/left/accuracy/soft').map(([step]) => step)).toEqual([10]);
});

it('tells evaluations in order, the ones that are missing to the end left out', async () => {
  const session = new Session();
  for (const step of [20, 10, 40]) session.evaluation(step);
  await session.log.close();
  const steps = numbers(await eventsOf(), 'score/left/loss/discrete').map(([step]) => step);
  expect(steps).toEqual([10, 20, 40]);
});

it('shows the examples that were drawn at an evaluation', async () => {
  const png = encodePng(raster(36, 36, 1));
  const task = { kind: 'classification', truth: png, prediction: png } as const;
  const example = { image: png, tasks: ['left', 'right'].map((id) => ({ task: id, ...task })) };
  await writePictures(folder.pictures, 10, [example, example], plan.spec);
  const session = new Session();
  session.evaluation(10);
  session.evaluation(20);
  await session.log.close();
  const events = await eventsOf();
  const [[step, { image }], ...more] = points(events, 'examples/left') as [
    [number, ReadValue],
    ...[number, ReadValue][],
  ];
  // Three pictures of 36 pixels, three times as large, with gaps of 4.
  expect([step, image!.width, image!.height]).toEqual([10, 3 * 108 + 4 * 4, 2 * 108 + 3 * 4]);
  expect(more).toEqual([]);
  expect(points(events, 'examples/right')).toHaveLength(1);
});

it('warns once of a disk that takes nothing', async () => {
  writeFileSync(folder.path, '');
  const session = new Session();
  session.steps(0, 3);
  session.log.take({ time: 3, event: { kind: 'checkpoint.ready', step: 3, path: '' } });
  await session.log.close();
  expect(session.warnings).toEqual([expect.stringMatching(/^TensorBoard is not told everything: .*ENOTDIR/)]);
});
