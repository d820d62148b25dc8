import type { Direction, Edge } from '@taskweave/search-space';
import { describe, expect, it } from 'vitest';
import { regularization, termWeights } from './objective.js';
import { mtlNasOptions } from './options.js';

const STEPS = 20_001;

describe('weights of the regularisers', () => {
  it('as published: entropy off at step 0 and in full from then on, no L1', () => {
    const options = mtlNasOptions.parse({});
    expect(termWeights(options, 0, STEPS)).toEqual({ entropy: 0, l1: 0 });
    expect(termWeights(options, 1, STEPS)).toEqual({ entropy: 10, l1: 0 });
    expect(termWeights(options, STEPS - 1, STEPS)).toEqual({ entropy: 10, l1: 0 });
  });

  it('switch L1 off after its period on request only', () => {
    const l1 = { enabled: true, weight: 5, period: [0, 0.5] };
    const at = (step: number, offAfterPeriod: boolean) =>
      termWeights(mtlNasOptions.parse({ l1: { ...l1, offAfterPeriod } }), step, 100).l1;
    expect([25, 50, 51].map((step) => at(step, true))).toEqual([2.5, 5, 0]);
    expect([25, 50, 51].map((step) => at(step, false))).toEqual([2.5, 5, 5]);
  });

  it('are 0 for what is switched off', () => {
    const options = mtlNasOptions.parse({ entropy: { enabled: false } });
    expect(termWeights(options, 50, 100)).toEqual({ entropy: 0, l1: 0 });
  });
});

describe('the regularisers', () => {
  const directions: Direction[] = [
    { sourceNetwork: 1, targetNetwork: 0, edges: [0, 1] },
    { sourceNetwork: 0, targetNetwork: 1, edges: [2, 3] },
  ];
  const edges = [8, 8, 16, 48].map((channels) => ({ channels }) as Edge);

  it('make 11.7814718056 of the task losses 4.85 of the MTL-NAS worked example, at alpha 0', () => {
    const alphas = [0, 0, 0, 0];
    const { value, gradient } = regularization(alphas, edges, directions, { entropy: 10, l1: 0 }, false);
    expect(4.85 + value).toBeCloseTo(11.7814718056, 10);
    expect([...gradient].every((slope) => slope === 0)).toBe(true);
    expect(regularization(alphas, edges, directions, { entropy: 0, l1: 0 }, false).value).toBe(0);
  });

  it('count edges in proportion to their channels on request', () => {
    const slopes = (weighted: boolean) => [
      ...regularization([0, 0, 0, 0], edges, directions, { entropy: 0, l1: 8 }, weighted).gradient,
    ];
    expect(slopes(false)).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect(slopes(true)).toEqual([0.5, 0.5, 0.25, 0.75]);
  });
});
