import { describe, expect, it } from 'vitest';
import { float32, int32, type HostTensor } from '@taskweave/engine';
import { TESTED_ENGINES, normal } from '@taskweave/engine/testing';
import { differentiate } from '../testing.js';
import { Confusion } from './confusion.js';
import { pixelCrossEntropy } from './loss.js';
import { MeanIntersectionOverUnion } from './metric.js';
import { segmentation } from './task-kind.js';

/** Worked example: three classes on 2x2, labels on 3x3, two of them missing. */
const logits = float32([1, 2, 2, 3], [1, 0, -1, -1, 1, 0, 0.5, 1.5, 0.25, 2, -0.5, 1]);
const label = int32([1, 3, 3], [0, 1, 255, 2, 0, 0, 1, 255, 0]);
const GRADIENT = [
  -0.016304, 0.043289, -0.026985, -0.044932, -0.00238, 0.047312, 0.041343, -0.012928, -0.028415, -0.111207,
  0.040959, 0.070248,
];

describe.each(TESTED_ENGINES)('the loss of segmentation on %s', (engine) => {
  it('is that of the worked example, and so is its gradient', async () => {
    const { value, gradient } = await differentiate(engine, pixelCrossEntropy, logits, label);
    expect(value).toBeCloseTo(0.8357788073, 6);
    gradient.forEach((found, i) => expect(found).toBeCloseTo(GRADIENT[i]!, 5));
  });

  it('is 0 with gradient 0 when no pixel has a label', async () => {
    const none = int32([2, 5, 4], new Int32Array(40).fill(255));
    const { value, gradient } = await differentiate(
      engine,
      pixelCrossEntropy,
      normal('logits', [2, 3, 2, 4]),
      none,
    );
    expect(Math.abs(value)).toBe(0);
    expect(gradient.map(Math.abs)).toEqual(new Array(48).fill(0));
  });
});

describe('mean intersection over union', () => {
  const metric = (classes = 3) => new MeanIntersectionOverUnion(classes);

  it('is that of the worked example; of equal scores the lowest class counts', () => {
    const seen = metric();
    seen.add(logits, label);
    const counts = [0, 1, 2].map((p) => [0, 1, 2].map((truth) => seen.confusion.count(p, truth)));
    expect(counts).toEqual([
      [4, 0, 1],
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(seen.confusion.intersectionOverUnion).toEqual([0.8, 1, 0]);
    expect(seen.result()).toEqual({ name: 'mIoU', value: 0.6, unit: 'share', higherIsBetter: true });
    expect(seen.details().at(-1)!.value).toBeCloseTo(0.8571428571, 10);
  });

  it('counts classes that do not occur as 0, and has a variant that leaves them out', () => {
    const counts = [
      [50, 3, 2, 0],
      [4, 30, 1, 0],
      [1, 2, 20, 0],
      [0, 0, 0, 0],
    ];
    const seen = metric(4);
    counts.forEach((row, predicted) => row.forEach((n, truth) => seen.confusion.add(predicted, truth, n)));
    const scores = seen.confusion.intersectionOverUnion;
    [0.8333333333, 0.75, 0.7692307692].forEach((score, c) => expect(scores[c]).toBeCloseTo(score, 10));
    const [iou, present, accuracy] = [seen.result(), ...seen.details()].map(({ value }) => value);
    expect(iou).toBeCloseTo(0.5881410256, 9);
    expect(present).toBeCloseTo(0.7841880342, 9);
    expect(accuracy).toBeCloseTo(0.8849557522, 9);
  });

  it('is the same for all pixels at once and batch by batch', () => {
    const scores = normal('scores', [4, 3, 2, 5]);
    const truth = int32(
      [4, 6, 7],
      Int32Array.from({ length: 4 * 42 }, (_, i) => (i % 11 === 0 ? 255 : i % 5)),
    );
    const [whole, parts] = [metric(5), metric(5)];
    whole.add(scores, truth);
    for (let image = 0; image < 4; image++) {
      const part = (data: HostTensor['data'], size: number) =>
        data.subarray(image * size, (image + 1) * size);
      parts.add(
        float32([1, 3, 2, 5], part(scores.data, 30) as Float32Array),
        int32([1, 6, 7], part(truth.data, 42) as Int32Array),
      );
    }
    expect(parts.result()).toEqual(whole.result());
    expect(parts.details()).toEqual(whole.details());
  });

  it('refuses labels that are no class of the task', () => {
    const labels = (value: number) => int32([1, 3, 3], new Int32Array(9).fill(value));
    for (const value of [3, -1]) {
      expect(() => metric().add(logits, labels(value))).toThrow(
        expect.objectContaining({ code: 'DATA_INVALID', found: String(value) }),
      );
    }
  });

  it('is NaN before the first labelled pixel', () => {
    const seen = metric();
    seen.add(logits, int32([1, 3, 3], new Int32Array(9).fill(255)));
    expect(seen.result().value).toBeNaN();
    for (const { value } of seen.details()) expect(value).toBeNaN();
    expect(new Confusion(2).accuracy).toBeNaN();
  });
});

it('labels of segmentation are one class number per pixel', () => {
  const task = { id: 'rooms', kind: 'segmentation', outputs: 40 } as const;
  expect(segmentation.label(task, 2, [6, 8, 3])).toEqual({ dtype: 'int32', shape: [2, 6, 8] });
});
