import { initialValues } from '@taskweave/backbones';
import { encodeSafetensors, readCheckpoint, sha256, type Checkpoint } from '@taskweave/checkpoints';
import type { NamedTensor } from '@taskweave/common';
import { namedTensors } from '@taskweave/engine';
import { readResult, RunFolder } from '@taskweave/runs';
import { resolveSpec } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';
import { vggWeights } from '@taskweave/supernet/import/testing';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugins } from '../run/plugins.js';
import { cli, onlyRun } from '../testing/cli.js';
import { factsOf } from '../testing/run-facts.js';
import { declaredTasks } from './declared-tasks.js';

const OPTIONS = [
  '--preset=multi-mnist-smoke',
  '--steps=3',
  // Test files run beside each other.
  '--set=engine.threads=1',
  '--set=data.options={trainLimit: 100, validationLimit: 20, testLimit: 20}',
  // So that what training started from is still there.
  '--set=checkpoint={every: 1, keep: 9}',
];

/** Parameters of the preset's networks: of either trunk and head 22, of its fusion nodes 15. */
const [OF_NETWORK, OF_FUSION] = [22, 15];

let parent: string;
/** The folder of a completed run of the method single-task. */
let single: string;
/** Its weights, by name. */
let trained: Map<string, NamedTensor['data']>;

const folder = (): string => mkdtempSync(join(parent, 'run-'));
const runFolder = (cwd: string): RunFolder => new RunFolder(join(cwd, 'runs', onlyRun(cwd)));

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'taskweave-initial-'));
  single = (await complete('--method=single-task')).path;
  const { tensors } = await readCheckpoint(join(single, 'checkpoints', 'step-00000003'));
  trained = new Map(tensors['weights']!.map(({ name, data }) => [name, data]));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function complete(...args: string[]): Promise<RunFolder> {
  const cwd = folder();
  const { code, stderr } = await cli([...OPTIONS, '--json', ...args], cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return runFolder(cwd);
}

/** What a training started from. */
const beginning = (checkpoints: string): Promise<Checkpoint> =>
  readCheckpoint(join(checkpoints, 'step-00000000'));

function weightsOf({ tensors }: Checkpoint): Map<string, NamedTensor['data']> {
  return new Map(tensors['weights']!.map(({ name, data }) => [name, data]));
}

/** What the parameters of the preset's networks are at the start. */
function startingTensors(): NamedTensor[] {
  const spec = resolveSpec({ preset: 'multi-mnist-smoke' }, plugins);
  const tasks = declaredTasks(spec);
  const { parameters } = buildSupernet({ spec, tasks, imageShape: [36, 36, 1], method: 'search' });
  return namedTensors(initialValues(parameters, spec.seed));
}

describe('a search from the networks of a single-task run', () => {
  let run: RunFolder;
  let stderr: string;
  beforeAll(async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'configs'));
    cpSync(single, join(cwd, 'trained'), { recursive: true });
    writeFileSync(join(cwd, 'configs', 'search.yaml'), 'initialWeights: ../trained\n');
    const args = ['--config', 'configs/search.yaml', '--baselines', 'single-task,random'];
    const outcome = await cli([...OPTIONS, ...args], cwd);
    expect(outcome.code).toBe(0);
    ({ stderr } = outcome);
    run = runFolder(cwd);
  });

  it('has their weights at step 0, and fusion nodes as they always start', async () => {
    const start = await beginning(run.search.checkpoints);
    const weights = weightsOf(start);
    expect(weights.size).toBe(2 * (OF_NETWORK + OF_FUSION));
    for (const [name, data] of trained) expect([name, [...weights.get(name)!]]).toEqual([name, [...data]]);
    // By hand: 0.9 of the own feature and 0.1 of the only source, which are 4 channels each; rows are input channels.
    const diagonal = (share: number): number[] =>
      Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? Math.fround(share) : 0));
    expect([...weights.get('left/fusion/conv1_1/weight')!]).toEqual([...diagonal(0.9), ...diagonal(0.1)]);
    expect([...weights.get('right/fusion/conv2_1/bn/gamma')!]).toEqual([1, 1, 1, 1]);
    for (const { data } of start.tensors['optimizer']!) expect(data.every((value) => value === 0)).toBe(true);
    expect(start.manifest.step).toBe(0);
  });

  it('trains from there', async () => {
    const after = weightsOf(await readCheckpoint(join(run.search.checkpoints, 'step-00000001')));
    const name = 'left/conv2_1/weight';
    const moved = [...after.get(name)!].map((value, i) => Math.abs(value - trained.get(name)![i]!));
    expect(Math.max(...moved)).toBeGreaterThan(0);
    // Far less than the distance to what a random start would have given.
    expect(Math.max(...moved)).toBeLessThan(0.1);
  });

  it('has baselines that start from the same networks', async () => {
    for (const [method, count] of [
      ['single-task', 2 * OF_NETWORK],
      ['random', 2 * (OF_NETWORK + OF_FUSION)],
    ] as const) {
      const weights = weightsOf(await beginning(run.baseline(method).checkpoints));
      expect(weights.size).toBe(count);
      for (const [name, data] of trained) expect([name, [...weights.get(name)!]]).toEqual([name, [...data]]);
    }
  });

  it('says in its log, record and result what it started from', async () => {
    const file = join(run.path, '..', '..', 'trained', 'model', 'weights.safetensors');
    const hash = sha256(readFileSync(file));
    const { initialWeights } = readResult(run.result);
    expect(initialWeights).toEqual(run.readRecord().initialWeights);
    expect(initialWeights!.files).toEqual([
      {
        field: 'initialWeights',
        file,
        sha256: hash,
        format: 'taskweave',
        parameters: 2 * OF_NETWORK,
        unused: 0,
      },
    ]);
    expect(initialWeights!.random).toHaveLength(2 * OF_FUSION);
    expect(initialWeights!.random.every((name) => name.includes('/fusion/'))).toBe(true);
    const shown = await cli(['show', run.path], run.path);
    for (const text of [stderr, shown.stdout]) {
      expect(text).toContain(`44 parameters from `);
      expect(text).toContain(`(taskweave, SHA-256 ${hash.slice(0, 12)})\n`);
      expect(text).toContain('30 parameters start at random: left/fusion, right/fusion\n');
    }
  });
});

describe('a file of what training starts from anyway', () => {
  let plain: RunFolder;
  beforeAll(async () => {
    plain = await complete();
  });

  it('is not needed for a beginning', () => {
    expect(existsSync(join(plain.search.checkpoints, 'step-00000000'))).toBe(false);
  });

  it('changes no bit, also with services as processes', async () => {
    const file = join(folder(), 'start.safetensors');
    writeFileSync(file, encodeSafetensors(startingTensors()));
    const given = await complete(`--set=initialWeights=${file}`, '--processes');
    expect(await factsOf(given.path)).toEqual(await factsOf(plain.path));
  });
});

it('trunks from ImageNet weights of timm, biases taken in, and heads at random', async () => {
  const cwd = folder();
  const tensors = vggWeights(1 / 32);
  const data = (name: string) => tensors.find((tensor) => tensor.name === name)!.data;
  writeFileSync(join(cwd, 'vgg.safetensors'), encodeSafetensors(tensors));
  writeFileSync(
    join(cwd, 'search.yaml'),
    `
steps: 1
initialWeights: vgg.safetensors
data: { batchSize: 2, options: { size: 32, trainSize: 8, validationSize: 2, testSize: 2 } }
engine: { threads: 1 }
tasks:
  - { id: segmentation, backbone: &a { id: vgg16-deeplab-lfov, options: { width: 0.03125 } } }
  - { id: normals, backbone: { id: vgg16-deeplab-lfov, options: { width: 0.03125 } } }
`.replace('&a ', ''),
  );
  const { code, stderr } = await cli(['--preset=room-scenes', '--config=search.yaml'], cwd);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toContain('initialWeights: 130 parameters from vgg.safetensors (timm-vgg16_bn, SHA-256 ');
  const weights = weightsOf(await beginning(runFolder(cwd).search.checkpoints));
  const [mean, bias] = [data('features.4.running_mean'), data('features.3.bias')];
  for (const task of ['segmentation', 'normals']) {
    expect([...weights.get(`${task}/conv1_2/bn/mean`)!]).toEqual(
      [...mean].map((value, i) => Math.fround(value - bias[i]!)),
    );
    expect([...weights.get(`${task}/conv4_2/bn/gamma`)!]).toEqual([...data('features.28.weight')]);
    // [16, 16, 3, 3] there and [3, 3, 16, 16] here: row 1, column 2, from channel 3 to channel 5.
    expect(weights.get(`${task}/conv5_1/weight`)![((1 * 3 + 2) * 16 + 3) * 16 + 5]).toBe(
      data('features.34.weight')[((5 * 16 + 3) * 3 + 1) * 3 + 2],
    );
  }
  const { random } = runFolder(cwd).readRecord().initialWeights!;
  expect(random.every((name) => /\/(head|fusion)\//.test(name))).toBe(true);
});

describe('a run that goes on', () => {
  let cwd: string;
  let run: RunFolder;
  let file: string;
  beforeAll(async () => {
    cwd = folder();
    file = join(cwd, 'weights.safetensors');
    cpSync(join(single, 'model', 'weights.safetensors'), file);
    const { code } = await cli([...OPTIONS, '--json', `--set=initialWeights=${file}`], cwd);
    expect(code).toBe(0);
    run = runFolder(cwd);
  });

  /** As if it had been killed after so many steps; -1: before it had read the file. */
  function killedAfter(steps: number): RunFolder {
    const copy = new RunFolder(join(cwd, `killed-${steps}`));
    cpSync(run.path, copy.path, { recursive: true });
    const record = JSON.parse(readFileSync(copy.record, 'utf8')) as object;
    writeFileSync(copy.record, JSON.stringify({ ...record, phase: 'searching' }));
    const lines = readFileSync(copy.search.history, 'utf8').split('\n').slice(0, Math.max(0, steps));
    writeFileSync(copy.search.history, lines.map((line) => `${line}\n`).join(''));
    for (const step of [0, 1, 2, 3].filter((one) => one > steps)) {
      rmSync(join(copy.search.checkpoints, `step-0000000${step}`), { recursive: true });
    }
    return copy;
  }
  const hidden = async (work: () => Promise<void>): Promise<void> => {
    const kept = readFileSync(file);
    writeFileSync(file, encodeSafetensors(startingTensors()));
    try {
      await work();
    } finally {
      writeFileSync(file, kept);
    }
  };

  it('does not need the file from step 0 on, and ends with the same bits', async () => {
    const copy = killedAfter(0);
    await hidden(async () => {
      const { code, stderr } = await cli(['--resume', copy.path, '--json'], cwd);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });
    expect(await factsOf(copy.path)).toEqual(await factsOf(run.path));
  });

  it('reads the file again if it was killed before it had, and refuses another one', async () => {
    const copy = killedAfter(-1);
    expect(existsSync(join(copy.search.checkpoints, 'step-00000000'))).toBe(false);
    await hidden(async () => {
      const { code, stderr } = await cli(['--resume', copy.path], cwd);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error RUN_NOT_RESUMABLE: A file that the run is to start from has changed/);
      expect(stderr).toContain(`where:    initialWeights, ${file}`);
    });
    const { code } = await cli(['--resume', copy.path, '--json'], cwd);
    expect(code).toBe(0);
    expect(await factsOf(copy.path)).toEqual(await factsOf(run.path));
  });

  it('refuses a changed file for a baseline that is still to be trained', async () => {
    const args = ['--resume', run.path, '--baselines', 'nddr', '--json'];
    await hidden(async () => {
      const { code, stderr } = await cli(args, cwd);
      expect({ code, told: stderr.split(':')[0] }).toEqual({ code: 2, told: 'error RUN_NOT_RESUMABLE' });
    });
    expect((await cli(args, cwd)).code).toBe(0);
    const weights = weightsOf(await beginning(run.baseline('nddr').checkpoints));
    expect([...weights.get('left/conv1_1/weight')!]).toEqual([...trained.get('left/conv1_1/weight')!]);
  });
});

describe('what cannot be started from is refused before there is a run', () => {
  let cwd: string;
  beforeAll(() => {
    cwd = folder();
    const tensors = startingTensors();
    const shaped = tensors.map((tensor) =>
      tensor.name === 'left/conv1_1/bn/mean' ? { ...tensor, shape: [2, 2] } : tensor,
    );
    writeFileSync(join(cwd, 'start'), encodeSafetensors(tensors));
    writeFileSync(join(cwd, 'shaped'), encodeSafetensors(shaped));
  });

  it.each(['start', 'plan'])('by %s', async (command) => {
    const args = ['--preset', 'multi-mnist-smoke', '--set', 'tasks[0].initialWeights=shaped'];
    const { code, stdout, stderr } = await cli([command, ...args], cwd);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^error CONFIG_INVALID: The weights do not fit the networks: tensors 1 of another/,
    );
    expect(stderr).toContain('  of another shape: left/conv1_1/bn/mean [2, 2], expected [4]\n');
    expect(stderr).toContain(`where:    tasks[0].initialWeights, ${join(cwd, 'shaped')}`);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
  });

  it('by a sweep, which names the combinations', async () => {
    writeFileSync(
      join(cwd, 'grid.yaml'),
      `
preset: multi-mnist-smoke
axes:
  - name: start
    variants: { scratch: {}, trained: { initialWeights: start }, broken: { initialWeights: shaped } }
seeds: [1]
`,
    );
    const { code, stderr } = await cli(['sweep', 'grid.yaml', '--dry-run'], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('of another shape: left/conv1_1/bn/mean');
    expect(stderr).toContain('broken');
    expect(stderr).not.toContain('trained');
  });
});
