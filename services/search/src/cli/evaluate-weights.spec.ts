import { encodeSafetensors } from '@taskweave/checkpoints';
import {
  describeError,
  elementCount,
  randomStream,
  type NamedTensor,
  type TaskweaveError,
} from '@taskweave/common';
import { initialValues } from '@taskweave/backbones';
import { namedTensors } from '@taskweave/engine';
import { resolveSpec } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';
import { randomStateDict, unusedTensors } from '@taskweave/supernet/import/testing';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WeightsReport } from './evaluate-weights.js';
import { createProgram } from './program.js';
import { plugins } from '../run/plugins.js';
import { cli } from '../testing/cli.js';
import { declaredTasks } from '../weights/declared-tasks.js';

/** Networks with a 64th of the published channels, so that a file of the published names is small. */
const WIDTH = 1 / 64;
const NARROW = [0, 1].flatMap((task) => ['--set', `tasks[${task}].backbone.options.width=${WIDTH}`]);
const COMMAND = [
  'evaluate',
  '--weights',
  'weights.safetensors',
  '--config',
  'mtl-nas-nyuv2-vgg16',
  ...NARROW,
];

const random = (
  name: string,
  shape: number[],
  value: (i: number, uniform: number) => number,
): NamedTensor => {
  const { uniform } = randomStream(1, name);
  const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => value(i, uniform(i)));
  return { name, dtype: 'float32', shape, data };
};
const image = random('image', [2, 17, 17, 3], (_, u) => 200 * u - 100);
const classes = random('label_0', [2, 17, 17, 1], (i, u) => (i % 5 === 0 ? 255 : Math.floor(40 * u)));
const normals = random('label_1', [2, 17, 17, 3], (i, u) => (i < 30 ? 255 : u - 0.5));

let cwd: string;
const write = (name: string, tensors: NamedTensor[]) =>
  writeFileSync(join(cwd, name), encodeSafetensors(tensors));
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'taskweave-weights-'));
  const weights = randomStateDict(WIDTH);
  write('weights.safetensors', [...weights, ...unusedTensors()]);
  write('partial.safetensors', weights.slice(1));
  write('batch.safetensors', [image, classes, normals]);
  write('unlabelled.safetensors', [image]);
  const holes = random('image', [2, 17, 17, 3], (i) => (i === 7 ? NaN : 0));
  write('holes.safetensors', [holes, classes, normals]);
  writeFileSync(join(cwd, 'text.safetensors'), 'not a safetensors file');
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('taskweave evaluate --weights --batch', () => {
  it.each(['train', 'eval'])('prints losses, outputs and gradients in %s mode', async (mode) => {
    const args = ['--batch', 'batch.safetensors', '--gradients', 'alpha', '--mode', mode, '--json'];
    const before = readdirSync(cwd);
    const { code, stdout, stderr } = await cli([...COMMAND, ...args], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(cwd)).toEqual(before);
    const report = JSON.parse(stdout) as WeightsReport;
    expect(report).toMatchObject({ format: 'mtl-nas-reference', mode, initial_parameters: 0 });
    const { segmentation, normals: angles, total } = report.losses;
    expect(total).toBeCloseTo(segmentation! + 20 * angles!, 5);
    expect(report.outputs!['segmentation']!.shape).toEqual([2, 2, 2, 40]);
    expect(report.outputs!['normals']!.shape).toEqual([2, 2, 2, 3]);
    for (const vectors of [report.gates, report.alpha_gradients!]) {
      expect(Object.entries(vectors).map(([task, { length }]) => [task, length])).toEqual([
        ['segmentation', 24],
        ['normals', 24],
      ]);
    }
    expect(Math.max(...report.alpha_gradients!['normals']!.map(Math.abs))).toBeGreaterThan(0);
  });

  it('tells the same to a person', async () => {
    const { code, stdout } = await cli([...COMMAND, '--batch', 'batch.safetensors'], cwd);
    expect(code).toBe(0);
    expect(stdout).toContain('names of the format mtl-nas-reference');
    expect(stdout).toMatch(/^eval mode +loss +output +sum +absolute sum +metrics$/m);
    expect(stdout).toContain('gates into normals');
    expect(stdout).not.toContain('d(total)/d(alpha)');
  });

  it('finds the preset of the reference implementation by itself', async () => {
    const [, weights, file] = COMMAND;
    const args = ['evaluate', weights!, file!, ...NARROW, '--batch', 'batch.safetensors', '--json'];
    const { code, stdout } = await cli(args, cwd);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as WeightsReport).losses).toHaveProperty('segmentation');
  });
});

describe('taskweave evaluate --weights without a batch', () => {
  it('scores weights with our own names on the data set', async () => {
    const spec = resolveSpec({ preset: 'multi-mnist-smoke' }, plugins);
    const tasks = declaredTasks(spec);
    const { parameters } = buildSupernet({ spec, tasks, imageShape: [36, 36, 1], method: 'search' });
    write('ours.safetensors', namedTensors(initialValues(parameters, 1)));
    const args = ['evaluate', '--weights', 'ours.safetensors', '--config', 'multi-mnist-smoke'];
    const { code, stdout, stderr } = await cli([...args, '--split', 'validation', '--json'], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as WeightsReport;
    expect(report).toMatchObject({ format: 'taskweave', split: 'validation' });
    const { soft, discrete } = report.scores!;
    for (const scores of [soft, discrete]) {
      expect(Object.entries(scores).map(([task, { metric, examples }]) => [task, metric, examples])).toEqual([
        ['left', 'accuracy', 200],
        ['right', 'accuracy', 200],
      ]);
    }
    // Without alphas every gate is one half, which keeps no edge.
    expect(new Set(Object.values(report.gates).flat())).toEqual(new Set([0.5]));
    expect(discrete['left']!.loss).not.toBe(soft['left']!.loss);
    expect(report.losses['total']).toBeCloseTo(soft['left']!.loss + soft['right']!.loss, 10);
    const text = await cli([...args, '--split', 'validation'], cwd);
    expect(text.stdout).toMatch(/^validation +soft +loss +discrete +loss +examples$/m);
  });
});

describe('taskweave evaluate refuses', () => {
  const batch = ['--batch', 'batch.safetensors'];
  const of = (weights: string, ...args: string[]) => [
    ...COMMAND.map((arg) => (arg === 'weights.safetensors' ? weights : arg)),
    ...args,
  ];
  it.each<[what: string, args: string[], code: string, told: string]>([
    ['a missing file', of('nowhere', ...batch), 'FILE_MISSING', 'nowhere cannot be read.'],
    ['a missing batch', [...COMMAND, '--batch', 'nowhere'], 'FILE_MISSING', 'nowhere'],
    [
      'a file of another kind',
      of('text.safetensors', ...batch),
      'FILE_DAMAGED',
      'not a valid safetensors file',
    ],
    [
      'missing tensors',
      of('partial.safetensors', ...batch),
      'CONFIG_INVALID',
      '  missing: net1_alphas [13, 13]',
    ],
    ['a batch for weights', of('batch.safetensors', ...batch), 'CONFIG_INVALID', 'no format that can be'],
    ['no labels', [...COMMAND, '--batch', 'unlabelled.safetensors'], 'DATA_INVALID', ', label_0'],
    ['NaN', [...COMMAND, '--batch', 'holes.safetensors'], 'DATA_INVALID', 'NaN at element 7'],
    [
      'networks of another width',
      ['evaluate', '--weights', 'weights.safetensors', '--preset', 'mtl-nas-nyuv2-vgg16', ...batch],
      'CONFIG_INVALID',
      '  of another shape: net2.head.6.weight [16, 16, 1, 1], expected [1024, 1024, 1, 1]',
    ],
    [
      'gradients of nothing',
      [...COMMAND, '--gradients', 'alpha'],
      'CONFIG_INVALID',
      '--gradients is about one',
    ],
    ['a run with weights', [...COMMAND, 'digits-1'], 'CONFIG_INVALID', 'A run has weights of its own.'],
    ['neither', ['evaluate'], 'CONFIG_INVALID', "Missing required argument 'run'."],
    ['another preset for a run', ['evaluate', 'x', '--preset', 'a'], 'CONFIG_INVALID', 'as it was trained'],
    [
      'two presets',
      [...COMMAND, '--preset', 'multi-mnist', ...batch],
      'CONFIG_INVALID',
      'Two presets are named',
    ],
  ])('%s', async (_what, args, errorCode, told) => {
    // In this process, where files are found by their whole paths; run-cli.spec.ts shows what a user sees of an error.
    const paths = args.map((arg) => (/^nowhere$|\.safetensors$/.test(arg) ? join(cwd, arg) : arg));
    const error: unknown = await createProgram()
      .parseAsync(paths, { from: 'user' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: errorCode, exitCode: 2 });
    expect(describeError(error as TaskweaveError)).toContain(told);
  });
});
