import { describe, expect, it } from 'vitest';
import { mtlNasOptions } from './options.js';

describe('mtlNasOptions', () => {
  it('has the published values as defaults', () => {
    expect(mtlNasOptions.parse({})).toEqual({
      architectureOptimizer: 'adam',
      learningRate: 1e-3,
      betas: [0.5, 0.999],
      epsilon: 1e-8,
      weightDecay: 1e-3,
      momentum: 0.9,
      temperature: { start: 1, end: 0, period: [0, 1], power: 2 },
      entropy: { enabled: true, weight: 10, period: [0, 0] },
      l1: { enabled: false, weight: 5, period: [0, 1], weighted: false, offAfterPeriod: false },
      architectureGates: 'sigmoid',
      weightGates: 'concrete',
      evaluationGates: 'onehot',
      supernet: false,
    });
  });

  it('fills in the rest of a nested group', () => {
    expect(mtlNasOptions.parse({ entropy: { weight: 1 } }).entropy).toEqual({
      enabled: true,
      weight: 1,
      period: [0, 0],
    });
  });

  it.each([
    ['an unknown key', { lr: 1 }, ''],
    ['an unknown nested key', { l1: { offafter: true } }, 'l1'],
    ['a learning rate of 0', { learningRate: 0 }, 'learningRate'],
    ['a beta of 1', { betas: [0.5, 1] }, 'betas.1'],
    ['a period that ends before it begins', { l1: { period: [0.5, 0.2] } }, 'l1.period'],
    ['a period beyond the search', { temperature: { period: [0, 2] } }, 'temperature.period.1'],
    [
      'gates without a gradient in the architecture pass',
      { architectureGates: 'onehot' },
      'architectureGates',
    ],
  ])('refuses %s', (_, options, path) => {
    const { error } = mtlNasOptions.safeParse(options);
    expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
