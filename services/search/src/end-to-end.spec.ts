import { encodePng } from '@taskweave/images';
import { SearchServiceClient, RunPhase } from '@taskweave/contracts';
import { findDataSet } from '@taskweave/datasets';
import { hostTensors, openGraphModel, openOnnxFile, type ExportedModel } from '@taskweave/engine';
import { callServerStream, callUnary, connect } from '@taskweave/service-kit';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from './run/run-folder.js';
import { cli, onlyRun, startCli, untilLines, type Outcome } from './testing/cli.js';
import { factsOf } from './testing/run-facts.js';

const STEPS = 40;
/** Images of the test split. */
const EXAMPLES = 40;
const OPTIONS = [
  '--preset=multi-mnist-smoke',
  `--steps=${STEPS}`,
  '--set=data.batchSize=8',
  // Test files run beside each other.
  '--set=engine.threads=1',
  `--set=data.options={trainLimit: 200, validationLimit: 40, testLimit: ${EXAMPLES}}`,
  '--set=checkpoint.every=10',
  '--set=evaluation.every=20',
];

let parent: string;
let reference: { cwd: string; path: string; outcome: Outcome; facts: Awaited<ReturnType<typeof factsOf>> };

const folder = (): string => mkdtempSync(join(parent, 'run-'));
const pathOf = (cwd: string): string => join(cwd, 'runs', onlyRun(cwd));

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-search-'));
  const cwd = folder();
  const outcome = await cli([...OPTIONS, '--json', '--baselines'], cwd);
  reference = { cwd, path: pathOf(cwd), outcome, facts: await factsOf(pathOf(cwd)) };
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe('a run', () => {
  it('prints its result as JSON and nothing else', () => {
    const { code, stdout, stderr } = reference.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const onDisk = JSON.parse(readFileSync(join(reference.path, 'result.json'), 'utf8')) as unknown;
    expect(JSON.parse(stdout)).toEqual(onDisk);
  });

  it('leaves a complete folder', () => {
    expect(readdirSync(reference.path).sort()).toEqual([
      'architecture.svg',
      'baselines',
      'checkpoints',
      'history.jsonl',
      'model',
      'result.json',
      'run.json',
      'spec.yaml',
    ]);
    expect(readdirSync(join(reference.path, 'checkpoints'))).toEqual(['step-00000030', 'step-00000040']);
    const record = new RunFolder(reference.path).readRecord();
    expect(record).toMatchObject({ phase: 'completed', baselines: ['single-task'] });
    expect(record).not.toHaveProperty('address');
  });

  it('tells every step and evaluation in its history, in order', () => {
    const { history } = reference.facts;
    const steps = history.filter(({ kind }) => kind === 'step').map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: STEPS }, (_, step) => step));
    const evaluated = history.flatMap(({ kind }, index) => (kind === 'evaluation' ? [index] : []));
    expect(evaluated).toEqual([20, STEPS + 1]);
  });

  it('scores the single-task networks too', () => {
    const { test, cost } = JSON.parse(reference.outcome.stdout) as {
      test: Record<string, unknown>;
      cost: Record<string, { params: number; macs: number }>;
    };
    expect(test['singleTask']).toMatchObject({ left: { examples: 40 }, right: { examples: 40 } });
    expect(cost['singleTask']!.macs).toBeLessThan(cost['discrete']!.macs);
    expect(cost['discrete']!.macs).toBeLessThanOrEqual(cost['supernet']!.macs);
  });

  it('cannot be resumed when it is completed', async () => {
    const { code, stderr } = await cli(['--resume', onlyRun(reference.cwd)], reference.cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error RUN_NOT_RESUMABLE: The run smoke-\S+ is completed/);
  });

  it('is shown, listed and scored again', async () => {
    const run = onlyRun(reference.cwd);
    const [shown, listed, scored] = await Promise.all([
      cli(['show', run], reference.cwd),
      cli(['runs', '--json'], reference.cwd),
      cli(['evaluate', run, '--json'], reference.cwd),
    ]);
    expect(shown.stdout).toContain('left → right');
    expect(shown.stdout).toContain('single-task');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ run, phase: 'completed', step: STEPS, steps: STEPS }]);
    expect(JSON.parse(scored.stdout)).toEqual({
      run,
      split: 'test',
      scores: reference.facts.discrete,
      matches: true,
    });
  });
});

describe('predictions of a run', () => {
  /** The test images as files, with their truth. */
  async function testImages(cwd: string) {
    const dataSet = await findDataSet('multi-mnist').open({});
    const indices = Uint32Array.from({ length: EXAMPLES }, (_, i) => i);
    const [image, left, right] = await dataSet.read('test', indices, ['left', 'right']);
    const [height, width] = dataSet.imageShape;
    const files = Array.from(indices, (i) => {
      const grey = (image!.data as Float32Array).subarray(i * height * width, (i + 1) * height * width);
      const file = join(cwd, `${i}.png`);
      const data = Uint8Array.from(grey, (value) => Math.round(value * 255));
      writeFileSync(file, encodePng({ width, height, channels: 1, data }));
      return file;
    });
    return { files, left: left!.data, right: right!.data };
  }

  it.each(['discrete', 'soft'] as const)(
    'score as the evaluator says, of the %s network',
    async (network) => {
      const cwd = folder();
      const { files, ...truth } = await testImages(cwd);
      const { code, stdout, stderr } = await cli(
        [
          'predict',
          reference.path,
          '--network',
          network,
          '--json',
          '--out',
          'drawn',
          ...files.flatMap((file) => ['--image', file]),
        ],
        cwd,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { images } = JSON.parse(stdout) as {
        images: { tasks: { task: 'left' | 'right'; classes: { class: number }[] }[] }[];
      };
      for (const [place, task] of (['left', 'right'] as const).entries()) {
        const right = images.filter(({ tasks }, i) => tasks[place]!.classes[0]!.class === truth[task][i]);
        expect(right.length / EXAMPLES).toBe(reference.facts[network]![task]!.value);
      }
      expect(readdirSync(join(cwd, 'drawn'))).toHaveLength(2 * EXAMPLES + 1);
    },
  );

  it('are made of images in colour and of other sizes, and described', async () => {
    const cwd = folder();
    const data = Uint8Array.from({ length: 50 * 20 * 3 }, (_, i) => (i * 7) % 256);
    writeFileSync(join(cwd, 'photo.png'), encodePng({ width: 50, height: 20, channels: 3, data }));
    const { code, stdout } = await cli(
      ['predict', reference.path, '--image', 'photo.png', '--out', 'o'],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('photo.png (resized from 50x20 to 36x36)');
    expect(stdout).toMatch(/left {3,}\d: 0\.\d\d {2}\d: .* {3}o\/photo-left\.png/);
    expect(stdout).toContain('All together: o/sheet.png');
  });

  it('are refused of images that cannot be read, and before a run is completed', async () => {
    const cwd = folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    writeFileSync(join(cwd, 'broken.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d]));
    const predict = (image: string) => cli(['predict', 'copy', '--image', image], cwd);
    for (const [image, error] of [
      ['nowhere.png', 'FILE_MISSING'],
      ['broken.png', 'DATA_INVALID'],
    ] as const) {
      const { code, stderr } = await predict(image);
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^error ${error}: .*\n.*${image}`));
    }
    const record = join(cwd, 'runs', 'copy', 'run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace('"completed"', '"stopped"'));
    const { code, stderr } = await predict('broken.png');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error RUN_NOT_FINISHED: /);
    expect(existsSync(join(cwd, 'runs', 'copy', 'predictions'))).toBe(false);
  });
});

describe('the network of a run, exported', () => {
  const options = (format: string, out: string) => [
    'export',
    onlyRun(reference.cwd),
    '--format',
    format,
    '--out',
    out,
  ];

  it.each<[string, (out: string) => Promise<ExportedModel>]>([
    ['onnx', (out) => openOnnxFile(readFileSync(out), 1)],
    [
      'tfjs',
      (out) =>
        openGraphModel(new Map(readdirSync(out).map((name) => [name, readFileSync(join(out, name))])), 1),
    ],
  ])('as %s names digits as well as the run says', async (format, open) => {
    const out = join(folder(), 'exported');
    const { code, stdout, stderr } = await cli([...options(format, out), '--json'], reference.cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ format, path: out, batch: 'dynamic', tolerance: 1e-4 });
    const { plan } = new RunFolder(reference.path).readRecord();
    const { set, options: chosen } = plan.spec.data;
    const dataSet = await findDataSet(set).open(chosen);
    const indices = Uint32Array.from({ length: dataSet.sizes.test }, (_, i) => i);
    const batch = hostTensors(await dataSet.read('test', indices, ['left', 'right']));
    const model = await open(out);
    const outputs = await model.run({ image: batch['image']! });
    await model.dispose();
    for (const [task, { value }] of Object.entries(reference.facts.discrete)) {
      const labels = batch[`label/${task}`]!.data;
      const right = [...labels].filter((label, i) => argMax(outputs[task]!.data, 10, i) === label);
      expect(right.length / labels.length).toBe(value);
    }
  });

  it('is put into the folder of the run, where nothing else is said', async () => {
    const cwd = folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    const { code, stdout } = await cli(['export', 'copy', '--format', 'safetensors'], cwd);
    expect(code).toBe(0);
    const run = onlyRun(reference.cwd);
    expect(readdirSync(join(cwd, 'runs', 'copy', 'export'))).toEqual([`${run}.safetensors`]);
    expect(stdout).toMatch(/Differs from the evaluation by at most \d\.\de-\d+ of the largest output/);
  });

  it('is refused for a run that is not finished, and where it cannot be written', async () => {
    const cwd = folder();
    const copy = join(cwd, 'runs', 'copy');
    cpSync(reference.path, copy, { recursive: true });
    const record = readFileSync(join(copy, 'run.json'), 'utf8');
    writeFileSync(join(copy, 'run.json'), record.replace('"completed"', '"stopped"'));
    const unfinished = await cli(['export', 'copy', '--format', 'onnx'], cwd);
    expect(unfinished.code).toBe(2);
    expect(unfinished.stderr).toMatch(/^error RUN_NOT_FINISHED: /);

    const unwritable = await cli(options('onnx', join(copy, 'run.json', 'net.onnx')), reference.cwd);
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toMatch(/^error OUTPUT_NOT_WRITABLE: .*part of the path is a file/);
    expect(unwritable.stderr).toContain('--out.');
  });
});

function argMax(values: ArrayLike<number>, classes: number, row: number): number {
  const scores = Array.from({ length: classes }, (_, i) => values[row * classes + i]!);
  return scores.indexOf(Math.max(...scores));
}

describe('the same spec', () => {
  it('gives the same bits with every service in a process of its own', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await cli([...OPTIONS, '--processes'], cwd);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('services as processes');
    expect(stderr).toMatch(
      /step 40\/40 {2}left \d\.\d{3} {2}right \d\.\d{3} {2}entropy 0\.\d{3} {2}edges \d/,
    );
    expect(stdout).toContain('architecture.svg');
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });

  it('gives the same bits when it is stopped by Ctrl-C and resumed', async () => {
    const cwd = folder();
    const { child, outcome } = startCli(OPTIONS, cwd);
    const run = await untilLines(15, cwd);
    child.kill('SIGINT');
    const stopped = await outcome;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`Continue with: npx taskweave --resume runs/${run}`);
    expect(new RunFolder(pathOf(cwd)).readRecord().phase).toBe('stopped');
    expect(existsSync(join(cwd, 'runs', run, 'result.json'))).toBe(false);

    const resumed = await cli(['--resume', join('runs', run), '--json'], cwd);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });

  it('gives the same bits after kill -9, with a damaged checkpoint passed over', async () => {
    const cwd = folder();
    const { child, outcome } = startCli([...OPTIONS, '--json'], cwd);
    const run = await untilLines(26, cwd);
    child.kill('SIGKILL');
    expect((await outcome).code).toBe('SIGKILL');
    const shown = await cli(['show', run, '--json'], cwd);
    expect(JSON.parse(shown.stdout)).toMatchObject({ phase: 'interrupted', steps: STEPS });

    const newest = readdirSync(join(cwd, 'runs', run, 'checkpoints'))
      .sort()
      .at(-1)!;
    const weights = join(cwd, 'runs', run, 'checkpoints', newest, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 5]! ^= 1;
    writeFileSync(weights, bytes);

    const resumed = await cli(['--resume', run], cwd);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`warning: ${weights} is not what was written.`);
    expect(await factsOf(pathOf(cwd))).toEqual(reference.facts);
  });
});

describe('a run in micro-batches', () => {
  it('finishes, with its checkpoint scored and its model exported', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await cli(
      [...OPTIONS, '--steps=3', '--set=data.microBatches=2', '--json'],
      cwd,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ test: { discrete: { left: { examples: 40 } } } });
  });
});

describe('a run that cannot go on', () => {
  it('can be watched and stopped over gRPC, and is refused when no checkpoint verifies', async () => {
    const cwd = folder();
    const { outcome } = startCli([...OPTIONS, '--json'], cwd);
    const run = await untilLines(5, cwd);
    const { address } = new RunFolder(pathOf(cwd)).readRecord();
    const search = connect(SearchServiceClient, address!, { name: 'search' });
    const state = await callUnary(search, 'getRun', { run });
    expect(state).toMatchObject({ run, phase: RunPhase.SEARCHING, steps: STEPS, resultJson: undefined });
    await expect(callUnary(search, 'getRun', { run: 'other' })).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
    });

    const steps: number[] = [];
    const kinds = new Set<string>();
    for await (const { event } of callServerStream(search, 'watchRun', { run, fromStep: 3 })) {
      kinds.add(event!.kind);
      if (event!.kind === 'step') steps.push(event!.step);
      if (steps.length === 12) await callUnary(search, 'stopRun', { run });
    }
    search.close();
    expect(steps.slice(0, 12)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect([...kinds]).toContain('checkpoint.ready');
    expect(await outcome).toMatchObject({ code: 130, stdout: '' });

    const path = join(cwd, 'runs', run);
    for (const checkpoint of readdirSync(join(path, 'checkpoints'))) {
      writeFileSync(join(path, 'checkpoints', checkpoint, 'optimizer.safetensors'), '');
    }
    const before = readdirSync(path, { recursive: true }).sort();
    const { code, stderr } = await cli(['--resume', run], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error CHECKPOINT_DAMAGED: .*optimizer\.safetensors has the wrong length/);
    expect(stderr).not.toContain('    at ');
    expect(readdirSync(path, { recursive: true }).sort()).toEqual(before);
  });

  it('tells which service crashed', async () => {
    const cwd = folder();
    const { outcome } = startCli([...OPTIONS, '--processes'], cwd);
    const run = await untilLines(12, cwd);
    const path = join(cwd, 'runs', run);
    process.kill(new RunFolder(path).readRecord().processes!['supernet-trainer']!, 'SIGKILL');
    const crashed = await outcome;
    expect(crashed.code).toBe(1);
    expect(crashed.stderr).toContain('The process of @taskweave/supernet-trainer ended unexpectedly.');
    expect(crashed.stderr).toContain(`Continue with: npx taskweave --resume runs/${run}`);
    const failed = await cli(['show', run], cwd);
    expect(failed.stdout).toMatch(/: failed after \d+ of 40 steps\nSERVICE_UNAVAILABLE: /);
  });

  it('is refused another spec', async () => {
    const { code, stderr } = await cli(
      ['--resume', onlyRun(reference.cwd), '--steps', '50', '--method', 'nddr', '--set', 'seed=2'],
      reference.cwd,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('found:    --steps, --method, --set');
  });

  it.each([
    ['a missing model', 'FILE_MISSING', (model: string) => rmSync(model, { recursive: true })],
    [
      'damaged weights',
      'FILE_DAMAGED',
      (model: string) => writeFileSync(join(model, 'weights.safetensors'), 'x'),
    ],
    [
      'a damaged architecture',
      'FILE_DAMAGED',
      (model: string) => writeFileSync(join(model, 'architecture.json'), '{'),
    ],
  ])('is not scored with %s', async (_what, errorCode, damage) => {
    const cwd = folder();
    cpSync(reference.path, join(cwd, 'runs', 'copy'), { recursive: true });
    damage(join(cwd, 'runs', 'copy', 'model'));
    const { code, stderr } = await cli(['evaluate', 'copy'], cwd);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error ${errorCode}: `));
  });
});
