import { TaskweaveError } from '@taskweave/common';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testPlugins } from '../test-plugins.js';
import { parseSweep, type Sweep } from './parse-sweep.js';

const CONFIG = 'steps: 50\nname: mine\nseed: 9\n';

function parse(text: string): Sweep {
  const read = (path: string): { name: string; text: string } => ({ name: path, text: CONFIG });
  return parseSweep({ name: 'dir/grid.yaml', text }, read, testPlugins);
}

function failure(text: string): TaskweaveError {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(TaskweaveError);
    expect((error as TaskweaveError).code).toBe('CONFIG_INVALID');
    return error as TaskweaveError;
  }
  throw new Error('the sweep was accepted');
}

const AXES = `
axes:
  - name: optimizer
    variants:
      adam: { strategy: { options: { architectureOptimizer: adam } } }
      sgd: { strategy: { options: { architectureOptimizer: sgd } } }
  - field: optimizer.learningRate
    values: [0.05, 0.1]
`;

describe('parseSweep', () => {
  it('gives every combination with every seed, seed by seed', () => {
    const { name, baseline, variants, runs } = parse(`seeds: [3, 1]\n${AXES}`);
    expect({ name, baseline }).toEqual({ name: 'grid', baseline: 'adam-learningRate-0.05' });
    expect(variants.map((variant) => variant.choices)).toEqual([
      { optimizer: 'adam', learningRate: 'learningRate-0.05' },
      { optimizer: 'adam', learningRate: 'learningRate-0.1' },
      { optimizer: 'sgd', learningRate: 'learningRate-0.05' },
      { optimizer: 'sgd', learningRate: 'learningRate-0.1' },
    ]);
    expect(runs).toHaveLength(8);
    expect(runs.map(({ seed }) => seed)).toEqual([3, 3, 3, 3, 1, 1, 1, 1]);
    for (const { name: run, variant, seed, spec } of runs) {
      expect(run).toBe(`${variant}-seed-${seed}`);
      expect({ name: spec.name, seed: spec.seed }).toEqual({ name: variant, seed });
      expect(spec.optimizer.learningRate).toBe(variant.endsWith('0.1') ? 0.1 : 0.05);
      expect(spec.strategy.options['architectureOptimizer']).toBe(variant.slice(0, variant.indexOf('-')));
    }
  });

  it('lays preset, config, common fields and variants over each other', () => {
    const [run] = parse(`
preset: multi-mnist-smoke
config: mine.yaml
spec: { evaluation: { every: 7 } }
seeds: [5]
`).runs;
    expect(run).toMatchObject({ name: 'grid-seed-5', variant: 'grid' });
    expect(run!.spec).toMatchObject({
      name: 'grid',
      seed: 5,
      steps: 50,
      data: { batchSize: 16 },
      evaluation: { every: 7 },
    });
  });

  it('takes the paths of files as relative to the sweep file', () => {
    const { runs } = parse(`
axes:
  - name: start
    variants: { scratch: {}, vgg: { initialWeights: weights/vgg.safetensors } }
seeds: [1]
`);
    expect(runs.map(({ spec }) => spec.initialWeights)).toEqual([
      undefined,
      resolve('dir/weights/vgg.safetensors'),
    ]);
  });

  it.each<[string, string, RegExp]>([
    ['no seeds', AXES, /seeds: found nothing, expected a list of at least 1 item/],
    ['an empty list of seeds', 'seeds: []', /seeds: found a list of 0 items/],
    ['a seed that is none', 'seeds: [1, -1]', /seeds\[1\]: found -1/],
    ['a seed twice', 'seeds: [1, 2, 1]', /have the name '1'/],
    [
      'an unknown key',
      'seeds: [1]\naxis: []',
      /axis: unknown key; did you mean 'axes'\? \(dir\/grid\.yaml, line 2/,
    ],
    [
      'an unknown preset',
      'seeds: [1]\npreset: multi-mnits',
      /preset: found "multi-mnits".*did you mean 'multi-mnist'/,
    ],
    [
      'an unknown baseline',
      `seeds: [1]\nbaseline: adm-learningRate-0.1${AXES}`,
      /did you mean 'adam-learningRate-0\.1'/,
    ],
    [
      'a variant twice',
      'seeds: [1]\naxes:\n  - name: a\n    variants:\n      b: {}\n      b: {}\n',
      /line 6, column 7: Map keys must be unique, and b is there twice/,
    ],
    [
      'combinations of the same name',
      `seeds: [1]
axes:
  - { name: a, variants: { x: {}, x-y: {} } }
  - { name: b, variants: { y-z: {}, z: {} } }`,
      /two combinations have the name 'x-y-z'/,
    ],
    [
      'more runs than anybody waits for',
      `seeds: [1]\naxes:\n${big()}`,
      /found 1000000 runs, expected at most 10000/,
    ],
  ])('refuses %s', (_what, text, told) => {
    expect(failure(text).message).toMatch(told);
  });

  it('names the combinations and the field of every fault, each fault once', () => {
    const { message, subject } = failure(`
spec: { stepz: 10 }
seeds: [1, 2]
axes:
  - name: strategy
    variants:
      good: {}
      bad: { strategy: { options: { entropi: {} } } }
  - field: optimizer.learningRate
    values: [0.1, -1]
`);
    expect(subject).toBe('dir/grid.yaml');
    expect(message.split('\n')).toEqual([
      '4 of 4 combinations of the sweep cannot be run:',
      expect.stringMatching(/^ {2}stepz: unknown key; did you mean 'steps'\? \(in all 4 combinations\)$/),
      expect.stringMatching(/learningRate: found -1, .* \(in good-learningRate--1, bad-learningRate--1\)$/),
      expect.stringMatching(/entropi: unknown key; .* \(in bad-learningRate-0\.1, bad-learningRate--1\)$/),
    ]);
  });

  it('names the combination whose field does not fit the spec', () => {
    const { message } = failure(`seeds: [1]\naxes: [{ field: 'tasks[7].lossWeight', values: [1, 2] }]`);
    expect(message).toMatch(/there is no \[7\].*\(in lossWeight-1\)/);
  });

  it('refuses a combination whose name is too long for a run', () => {
    const long = 'x'.repeat(40);
    const { message } = failure(`
seeds: [1]
axes:
  - { name: a, variants: { ${long}: {} } }
  - { name: b, variants: { ${long}: {} } }
`);
    expect(message).toMatch(/name: found ".*expected 1 to 64 letters/);
  });
});

function big(): string {
  const values = Array.from({ length: 100 }, (_, index) => index + 1).join(', ');
  return ['a', 'b', 'c'].map((name) => `  - { name: ${name}, field: steps, values: [${values}] }\n`).join('');
}
