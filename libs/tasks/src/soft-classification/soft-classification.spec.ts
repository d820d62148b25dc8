import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '@taskweave/engine';
import { TESTED_ENGINES } from '@taskweave/engine/testing';
import { differentiate } from '../testing.js';
import { probabilityError } from './loss.js';
import { ProbabilityError } from './metric.js';
import { softClassification } from './task-kind.js';

/** Probabilities 0.2, 0.3, 0.5 and 0.25, 0.25, 0.5 against their targets. */
const logits = float32(
  [2, 3],
  [0.2, 0.3, 0.5, 1, 1, 2].map((p) => Math.log(p)),
);
const target = float32([2, 3], [0.1, 0.6, 0.3, 0.25, 0.25, 0.5]);
const MSE = (0.1 ** 2 + 0.3 ** 2 + 0.2 ** 2) / 6;

describe.each(TESTED_ENGINES)('the loss of soft classification on %s', (engine) => {
  it('is the mean squared error of probabilities', async () => {
    const { value, gradient } = await differentiate(engine, probabilityError, logits, target);
    expect(value).toBeCloseTo(MSE, 6);
    // Softmax: dL/dz_i = p_i (g_i - Σ g_j p_j) with g = 2 (p - t) / 6.
    const p = [0.2, 0.3, 0.5];
    const g = [0.1, -0.3, 0.2].map((difference) => difference / 3);
    const mean = g.reduce((sum, x, i) => sum + x * p[i]!, 0);
    p.forEach((probability, i) => expect(gradient[i]).toBeCloseTo(probability * (g[i]! - mean), 6));
    gradient.slice(3).forEach((slope) => expect(slope).toBeCloseTo(0, 6));
  });

  it('is finite for huge logits', async () => {
    const huge = float32([2, 3], [1e30, -1e30, 0, -1e30, -1e30, -1e30]);
    const { value, gradient } = await differentiate(engine, probabilityError, huge, target);
    expect(value).toBeCloseTo((0.9 ** 2 + 0.6 ** 2 + 0.3 ** 2 + 2 * (1 / 12) ** 2 + (1 / 6) ** 2) / 6, 5);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('figures of soft classification', () => {
  it('are those of the worked example', () => {
    const metric = new ProbabilityError();
    metric.add(logits, target);
    const { name, value, higherIsBetter } = metric.result();
    expect({ name, higherIsBetter }).toEqual({ name: 'MSE of probabilities', higherIsBetter: false });
    expect(value).toBeCloseTo(MSE, 6);
    expect(metric.details()).toEqual([
      { name: 'top-1 accuracy', value: 0.5, unit: 'share', higherIsBetter: true },
      { name: 'top-5 accuracy', value: 1, unit: 'share', higherIsBetter: true },
    ]);
  });

  it('look for the likeliest class of the target among the first five, lower numbers first', () => {
    const classes = fc.integer({ min: 6, max: 12 });
    fc.assert(
      fc.property(classes, fc.infiniteStream(fc.integer({ min: 0, max: 4 })), (count, numbers) => {
        const scores = Array.from({ length: count }, () => numbers.next().value as number);
        const order = scores.map((_, c) => c).sort((a, b) => scores[b]! - scores[a]! || a - b);
        const among = (truth: number): number[] => {
          const metric = new ProbabilityError();
          const oneHot = float32(
            [1, count],
            scores.map((_, c) => (c === truth ? 1 : 0)),
          );
          metric.add(float32([1, count], scores), oneHot);
          return metric.details().map(({ value }) => value);
        };
        order.forEach((truth, place) => expect(among(truth)).toEqual([+(place < 1), +(place < 5)]));
      }),
    );
  });

  it('are NaN before the first example', () => {
    const metric = new ProbabilityError();
    for (const { value } of [metric.result(), ...metric.details()]) expect(value).toBeNaN();
  });
});

it('labels of soft classification are one distribution per image', () => {
  const task = { id: 'scene', kind: 'soft-classification', outputs: 63 } as const;
  expect(softClassification.label(task, 2, [6, 8, 3])).toEqual({ dtype: 'float32', shape: [2, 63] });
});
