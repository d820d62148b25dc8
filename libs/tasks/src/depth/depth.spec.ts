import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '@taskweave/engine';
import { TESTED_ENGINES, normal } from '@taskweave/engine/testing';
import { differentiate } from '../testing.js';
import { rootMeanSquareError } from './loss.js';
import { RootMeanSquareError } from './metric.js';
import { depth } from './task-kind.js';

/** Four pixels, the third without a label: errors -0.5, 0 and 2. */
const predicted = float32([1, 2, 2, 1], [1, 2, 3, 4]);
const label = float32([1, 2, 2], [1.5, 2, 255, 2]);
const RMSE = Math.sqrt(4.25 / 3);

describe.each(TESTED_ENGINES)('the loss of depth on %s', (engine) => {
  it('is the root of the mean squared error of labelled pixels', async () => {
    const { value, gradient } = await differentiate(engine, rootMeanSquareError, predicted, label);
    expect(value).toBeCloseTo(RMSE, 5);
    // error / (pixels · RMSE)
    [-0.5, 0, 0, 2].forEach((error, i) => expect(gradient[i]).toBeCloseTo(error / (3 * RMSE), 5));
  });

  it('compares at the size of the labels', async () => {
    const corners = float32([1, 2, 2, 1], [0, 2, 4, 6]);
    const plane = float32([1, 3, 3], [0, 1, 2, 2, 3, 4, 4, 5, 6]);
    const { value, gradient } = await differentiate(engine, rootMeanSquareError, corners, plane);
    expect(Math.abs(value)).toBe(0);
    // Without an error the plain root has no gradient at all.
    expect(gradient.map(Math.abs)).toEqual([0, 0, 0, 0]);
  });
});

describe('figures of depth', () => {
  it('are those of the worked example', () => {
    const metric = new RootMeanSquareError();
    metric.add(predicted, label);
    expect(metric.result()).toEqual({ name: 'RMSE', value: RMSE, unit: 'metres', higherIsBetter: false });
    expect(metric.details().map(({ name }) => name)).toEqual([
      'mean absolute error',
      'mean relative error',
      'within 1.25 times',
      'within 1.25^2 times',
      'within 1.25^3 times',
    ]);
    const [absolute, relative, ...within] = metric.details().map(({ value }) => value);
    expect(absolute).toBeCloseTo(2.5 / 3, 12);
    expect(relative).toBeCloseTo((0.5 / 1.5 + 0 + 2 / 2) / 3, 12);
    // Ratios 1.5, 1 and 2.
    expect(within).toEqual([1 / 3, 2 / 3, 2 / 3]);
  });

  it('leave labels of 0 and less out of ratios, and count predictions of 0 and less as far off', () => {
    const metric = new RootMeanSquareError();
    metric.add(float32([1, 1, 4, 1], [1, 1, 0, -2]), float32([1, 1, 4], [0, -1, 2, 2]));
    const [absolute, relative, ...within] = metric.details().map(({ value }) => value);
    expect(absolute).toBe((1 + 2 + 2 + 4) / 4);
    expect(relative).toBe((1 + 2) / 2);
    expect(within).toEqual([0, 0, 0]);
  });

  it('are the same for all pixels at once and image by image, and as computed from a list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), (images, side) => {
        const scores = normal('scores', [images, side, side, 1]).data as Float32Array;
        const truth = (normal('truth', [images, side, side]).data as Float32Array).map((x) => Math.abs(x));
        const pixels = side * side;
        const [whole, parts] = [new RootMeanSquareError(), new RootMeanSquareError()];
        whole.add(float32([images, side, side, 1], scores), float32([images, side, side], truth));
        for (let i = 0; i < images; i++) {
          const part = (data: Float32Array) => data.subarray(i * pixels, (i + 1) * pixels);
          parts.add(float32([1, side, side, 1], part(scores)), float32([1, side, side], part(truth)));
        }
        expect(parts.result()).toEqual(whole.result());
        expect(parts.details()).toEqual(whole.details());
        const mean = scores.reduce((sum, x, i) => sum + (x - truth[i]!) ** 2, 0) / scores.length;
        expect(whole.result().value).toBeCloseTo(Math.sqrt(mean), 9);
      }),
    );
  });

  it('are NaN before the first labelled pixel', () => {
    const metric = new RootMeanSquareError();
    metric.add(predicted, float32([1, 2, 2], new Float32Array(4).fill(255)));
    for (const { value } of [metric.result(), ...metric.details()]) expect(value).toBeNaN();
  });
});

it('labels of depth are one number per pixel', () => {
  const task = { id: 'far', kind: 'depth', outputs: 1 } as const;
  expect(depth.label(task, 2, [6, 8, 3])).toEqual({ dtype: 'float32', shape: [2, 6, 8] });
});
