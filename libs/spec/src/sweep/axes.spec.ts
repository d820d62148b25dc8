import { describe, expect, it } from 'vitest';
import { formatPath } from '../field-path.js';
import { readAxes } from './axes.js';
import type { SweepFileAxis } from './sweep-file.js';

const issuesOf = (...axes: SweepFileAxis[]): string[] =>
  readAxes(axes).issues.map(({ path, text }) => `${formatPath(path)}: ${text}`);

describe('readAxes', () => {
  it('names the values of a field after it, and texts after themselves', () => {
    const { axes, issues } = readAxes([
      { field: 'optimizer.learningRate', values: [0.05, 1e-7, true] },
      { field: 'tasks[1].lossWeight', values: [2] },
      { field: 'method', values: ['single-task', 'cross stitch'] },
      { field: 'fusion.init', values: [[0.9, 0.1], 'kaiming'] },
    ]);
    expect(issues).toEqual([]);
    expect(axes.map(({ name, variants }) => [name, variants.map((variant) => variant.name)])).toEqual([
      ['learningRate', ['learningRate-0.05', 'learningRate-1e-7', 'learningRate-true']],
      ['lossWeight', ['lossWeight-2']],
      ['method', ['single-task', 'cross-stitch']],
      ['init', ['init-0.9-0.1', 'kaiming']],
    ]);
  });

  it('lays variants over a spec, and sets fields', () => {
    const { axes } = readAxes([
      { name: 'entropy', variants: { off: { strategy: { options: { entropy: false } } } } },
      { field: 'strategy.options.rate', values: [2] },
    ]);
    const apply = axes.map(({ variants: [variant] }) =>
      variant!.apply({ strategy: { id: 'a', options: { rate: 1 } } }),
    );
    expect(apply).toEqual([
      { strategy: { id: 'a', options: { rate: 1, entropy: false } } },
      { strategy: { id: 'a', options: { rate: 2 } } },
    ]);
  });

  it.each<[string, SweepFileAxis[], RegExp]>([
    [
      'both kinds of axis in one',
      [{ name: 'a', variants: { b: {} }, field: 'steps', values: [1] }],
      /either 'name' and/,
    ],
    ['a field without values', [{ field: 'steps' }], /^axes\[0\]: .*'field' and 'values'/],
    ['variants without a name', [{ variants: { b: {} } }], /^axes\[0\]\.name: found nothing/],
    ['no variants', [{ name: 'a', variants: {} }], /at least one variant/],
    ['a variant that is no file name', [{ name: 'a', variants: { 'b/c': {} } }], /found the name "b\/c"/],
    ['a value that gives no name', [{ field: 'name2', values: ['***'] }], /^axes\[0\]\.values\[0\]/],
    [
      'a value twice',
      [{ field: 'steps', values: [1, 1] }],
      /two variants of the axis 'steps' have the name 'steps-1'/,
    ],
    [
      'an axis twice',
      [
        { field: 'a.b', values: [1] },
        { field: 'c.b', values: [1] },
      ],
      /two axes have the name 'b'/,
    ],
    ['seeds as an axis', [{ field: 'seed', values: [1, 2] }], /under `seeds`/],
    [
      'a name in a variant',
      [{ name: 'a', variants: { b: { name: 'x' } } }],
      /variants\.b\.name: found 'name'/,
    ],
  ])('tells of %s', (_what, axes, told) => {
    expect(issuesOf(...axes).join('\n')).toMatch(told);
  });
});
