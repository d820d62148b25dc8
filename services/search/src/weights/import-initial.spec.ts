import { initialValues } from '@taskweave/backbones';
import { encodeSafetensors, sha256 } from '@taskweave/checkpoints';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import { namedTensors } from '@taskweave/engine';
import { createRun, type RunFolder } from '@taskweave/runs';
import { resolveSpec, type Method, type RunPlan } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportModel } from '../run/model.js';
import { plugins } from '../run/plugins.js';
import { declaredTasks } from './declared-tasks.js';
import { checkImport } from './import-initial.js';

function planOf(method: Method, ...assignments: string[]): RunPlan {
  const spec = resolveSpec({ preset: 'multi-mnist-smoke', assignments }, plugins);
  const networks = spec.tasks.map(({ id: task }) => ({ task, stages: [] }));
  return { spec, method, tasks: declaredTasks(spec), imageShape: [36, 36, 1], networks };
}

/** All parameters of a plan's network, of another seed than that of the plans here. */
function tensorsOf(plan: RunPlan): NamedTensor[] {
  return namedTensors(initialValues(buildSupernet(plan).parameters, 9));
}

const search = planOf('search');
const tensors = tensorsOf(search);
const networks = tensors.filter(({ name }) => !name.includes('/fusion/'));

let folder: string;
const at = (name: string): string => join(folder, name);
const write = (name: string, contents: readonly NamedTensor[]): void =>
  writeFileSync(at(name), encodeSafetensors(contents));

/** A run with a model of single-task networks. */
async function makeRun(name: string, method: Method): Promise<RunFolder> {
  const plan = planOf(method);
  const { folder: run, record } = await createRun(folder, {
    run: name,
    plan,
    codeVersion: '0',
    baselines: [],
    initialWeights: undefined,
  });
  const checkpoint = { folder, manifest: { step: 1 } as never, tensors: { weights: networks }, json: {} };
  await exportModel(run.model, {
    run: name,
    plan: planOf('single-task'),
    checkpoint,
    edges: [],
    metrics: {},
  });
  await run.writeRecord({ ...record, phase: 'completed' });
  return run;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taskweave-initial-'));
  const change = (name: string, to: Partial<NamedTensor>): NamedTensor[] =>
    tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...to } : tensor));
  write('whole', tensors);
  write('networks', networks);
  write(
    'left',
    networks.filter(({ name }) => name.startsWith('left/')),
  );
  write(
    'fewer',
    tensors.filter(({ name }) => name !== 'left/conv2_1/weight'),
  );
  write(
    'fewer-nodes',
    tensors.filter(({ name }) => name !== 'left/fusion/conv1_1/weight'),
  );
  write('more', [...tensors, { ...tensors[0]!, name: 'left/conv9_9/weight' }]);
  write('shaped', change('left/conv1_1/bn/mean', { shape: [2, 2] }));
  write('holes', change('left/conv1_1/bn/mean', { data: Float32Array.of(0, 1, NaN, 2) }));
  write('names', [{ ...tensors[0]!, name: 'kernel' }]);
  writeFileSync(at('short'), encodeSafetensors(tensors).subarray(0, -1));
  writeFileSync(at('text'), 'not a safetensors file');
  mkdirSync(at('empty'));
  await makeRun('trained', 'single-task');
  await makeRun('searched', 'search');
  const unfinished = await makeRun('unfinished', 'single-task');
  await unfinished.writeRecord({ ...unfinished.readRecord(), phase: 'stopped' });
  const damaged = await makeRun('damaged', 'single-task');
  writeFileSync(join(damaged.model, 'weights.safetensors'), 'x');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function check(method: Method, assignments: readonly string[], baselines: readonly Method[] = []) {
  const plan = planOf(method, ...assignments);
  const others = baselines.map((one) => ({ plan: { ...plan, method: one }, own: false }));
  return checkImport([{ plan, own: true }, ...others], undefined);
}
async function refusal(checked: Promise<unknown>): Promise<TaskweaveError> {
  const thrown = await checked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TaskweaveError);
  return thrown as TaskweaveError;
}

describe('checkImport', () => {
  it.each([
    ['a whole supernet, with its fusion nodes', 'search', 'whole', 74, 0, 0],
    ['networks, whose fusion nodes start at random', 'search', 'networks', 44, 0, 30],
    ['the networks of a run', 'search', 'trained', 44, 0, 30],
    ['networks that a supernet holds, if there is no fusion', 'single-task', 'whole', 44, 30, 0],
    ['the first trunk for all, and the heads', 'shared-trunk', 'networks', 29, 15, 0],
  ] as const)('takes %s', async (_, method, name, parameters, unused, random) => {
    const found = await check(method, [`initialWeights=${at(name)}`]);
    const file = name === 'trained' ? join(at(name), 'model', 'weights.safetensors') : at(name);
    const hash = sha256(readFileSync(file));
    expect(found.files).toEqual([
      { field: 'initialWeights', file, sha256: hash, format: 'taskweave', parameters, unused },
    ]);
    expect(found.random).toHaveLength(random);
  });

  it('takes a network for one task, before that of the spec', async () => {
    const found = await check('search', [`tasks[0].initialWeights=${at('left')}`]);
    expect(found.files).toMatchObject([{ field: 'tasks[0].initialWeights', parameters: 22, unused: 0 }]);
    expect(
      found.random.filter((name) => !name.includes('/fusion/')).every((name) => /^right/.test(name)),
    ).toBe(true);
    const both = await check('search', [
      `initialWeights=${at('whole')}`,
      `tasks[1].initialWeights=${at('trained')}`,
    ]);
    expect(both.files.map(({ field, unused }) => [field, unused])).toEqual([
      ['initialWeights', 0],
      ['tasks[1].initialWeights', 22],
    ]);
    expect(both.random).toEqual([]);
  });

  it('gives baselines networks, and never fusion nodes', async () => {
    const found = await check(
      'search',
      [`initialWeights=${at('whole')}`],
      ['nddr', 'cross-stitch', 'single-task'],
    );
    expect(found.files[0]).toMatchObject({ parameters: 74, unused: 0 });
  });

  it.each([
    ['nowhere', 'FILE_MISSING', 'ENOENT'],
    ['empty', 'CONFIG_INVALID', 'no run.json in it'],
    ['text', 'FILE_DAMAGED', 'not a valid safetensors file'],
    ['short', 'FILE_DAMAGED', 'not a valid safetensors file'],
    ['fewer', 'CONFIG_INVALID', '  missing: left/conv2_1/weight ['],
    ['fewer-nodes', 'CONFIG_INVALID', '  missing: left/fusion/conv1_1/weight [1, 1, 8, 4]'],
    ['more', 'CONFIG_INVALID', '  extra: left/conv9_9/weight'],
    ['shaped', 'CONFIG_INVALID', '  of another shape: left/conv1_1/bn/mean [2, 2], expected [4]'],
    ['holes', 'CONFIG_INVALID', '  with bad values: left/conv1_1/bn/mean has NaN at element 2'],
    ['names', 'CONFIG_INVALID', 'kernel'],
    ['unfinished', 'RUN_NOT_FINISHED', 'stopped'],
    ['searched', 'CONFIG_INVALID', 'method search'],
    ['damaged', 'FILE_DAMAGED', 'SHA-256'],
    ['left', 'CONFIG_INVALID', '  missing: right/conv1_1/weight [3, 3, 1, 4]'],
  ])('refuses %s', async (name, code, told) => {
    const error = await refusal(check('search', [`initialWeights=${at(name)}`]));
    expect(error).toMatchObject({ code, exitCode: 2 });
    expect(error.subject).toContain(`initialWeights, ${at(name)}`);
    expect(`${error.message}\n${error.found ?? ''}`).toContain(told);
  });

  it('refuses a network of another task', async () => {
    const error = await refusal(check('search', [`tasks[1].initialWeights=${at('left')}`]));
    expect(error.message).toContain('  missing: right/conv1_1/weight');
    expect(error.subject).toBe(`tasks[1].initialWeights, ${at('left')}`);
  });

  it('refuses what does not fit a baseline alone', async () => {
    const wider = 'tasks[1].backbone.options.channels=[[4], [6, 6]]';
    write('wider', tensorsOf(planOf('single-task', wider)));
    const args = [wider, `initialWeights=${at('wider')}`];
    await check('single-task', args);
    // Its head would read the first task's features, which are 4 channels.
    const error = await refusal(check('single-task', args, ['shared-trunk']));
    expect(error.message).toMatch(/ {2}of another shape: right\/head\/\S+ /);
  });
});
