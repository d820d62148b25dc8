import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '@taskweave/common';
import { float32 } from '@taskweave/engine';
import { TESTED_ENGINES, normal } from '@taskweave/engine/testing';
import { differentiate } from '../testing.js';
import { ANGLE_LIMITS, AngleStatistics } from './angles.js';
import { cosineLoss } from './loss.js';
import { MeanAngle } from './metric.js';
import { surfaceNormals } from './task-kind.js';

/** Worked example: five pixels, the last without a label. */
const predicted = float32([1, 1, 5, 3], [0.1, 0.2, 0.97, 1, 0, 0, 0.5, 0.5, 0.7, -0.3, 0.9, 0.1, 0, 0, 2]);
const label = float32([1, 1, 5, 3], [0, 0, 1, 0.9, 0.1, 0.3, 0.4, 0.6, 0.7, 0.2, 0.8, 0.5, 255, 255, 255]);
const GRADIENT = [
  [0.02458481, 0.04916963, -0.01267259],
  [0, -0.02620712, -0.07862137],
  [0.02500125, -0.02500125, 0],
  [-0.11795966, -0.02657825, -0.1146747],
  [0, 0, 0],
].flat();

describe.each(TESTED_ENGINES)('the loss of surface normals on %s', (engine) => {
  it('is that of the worked example, and so is its gradient', async () => {
    const { value, gradient } = await differentiate(engine, cosineLoss, predicted, label);
    expect(value).toBeCloseTo(0.0800663917, 6);
    gradient.forEach((found, i) => expect(found).toBeCloseTo(GRADIENT[i]!, 5));
  });

  it('takes a pixel with 255 in some channels only for labelled', async () => {
    const some = float32([1, 1, 1, 3], [255, 255, 0]);
    const { value } = await differentiate(engine, cosineLoss, float32([1, 1, 1, 3], [0, 0, 1]), some);
    expect(value).toBeCloseTo(1, 6);
  });

  it('is 0 with gradient 0 when no pixel has a label', async () => {
    const none = float32([2, 5, 4, 3], new Float32Array(120).fill(255));
    const { value, gradient } = await differentiate(engine, cosineLoss, normal('map', [2, 3, 2, 3]), none);
    expect(Math.abs(value)).toBe(0);
    expect(gradient.map(Math.abs)).toEqual(new Array(36).fill(0));
  });

  it('is finite where the prediction is 0', async () => {
    const zero = float32([1, 1, 5, 3], new Float32Array(15));
    const { value, gradient } = await differentiate(engine, cosineLoss, zero, label);
    expect(value).toBeCloseTo(1, 6);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

/** Angle between two directions by the metric, in degrees. */
function angle(a: readonly number[], b: readonly number[]): number {
  const metric = new MeanAngle();
  metric.add(float32([1, 1, 1, 3], a), float32([1, 1, 1, 3], b));
  return metric.result().value;
}

describe('angles between normals', () => {
  it('are those of each pixel of the worked example', () => {
    const pixel = (data: ArrayLike<number>, i: number) => [0, 1, 2].map((c) => data[3 * i + c]!);
    const cosines = [0.97444385, 0.94345635, 0.9900495, 0.77178472];
    [12.98119268, 19.35964866, 8.08948326, 39.48557287].forEach((expected, i) => {
      const [p, q] = [pixel(predicted.data, i), pixel(label.data, i)];
      expect(angle(p, q)).toBeCloseTo(expected, 4);
      expect(angle(q, p)).toBeCloseTo(expected, 4);
      expect(Math.cos((angle(p, q) * Math.PI) / 180)).toBeCloseTo(cosines[i]!, 6);
    });
  });

  it('shrink between vectors stored as (n + 1) / 2, which is why labels are decoded', () => {
    const tilted = (degrees: number): number[] => {
      const radians = (degrees * Math.PI) / 180;
      return [0, Math.sin(radians), Math.cos(radians)];
    };
    const stored = (vector: readonly number[]): number[] => vector.map((x) => (x + 1) / 2);
    const table: [number[], number[], truth: number, shrunk: number][] = [
      [[0, 0, 1], [1, 0, 0], 90, 33.55731],
      [[0, 0, 1], tilted(11.25), 11.25, 4.216594],
      [[0, 0, 1], tilted(30), 30, 11.311029],
      [[1, 0, 0], [-1, 0, 0], 180, 54.73561],
      [[0, 1, 0], [0, -1, 0], 180, 54.73561],
      [[0, 0, 1], [0, 0, -1], 180, 54.73561],
    ];
    for (const [a, b, truth, shrunk] of table) {
      expect(angle(a, b)).toBeCloseTo(truth, 4);
      expect(angle(stored(a), stored(b))).toBeCloseTo(shrunk, 4);
    }
  });

  it('are those of the worked example', () => {
    const metric = new MeanAngle();
    metric.add(predicted, label);
    expect(metric.result()).toMatchObject({ name: 'mean angle', higherIsBetter: false });
    expect(metric.result().value).toBeCloseTo(19.9789743676, 4);
    const [median, deviation, ...within] = metric.details().map(({ value }) => value);
    expect(Math.abs(median! - 16.1704206705)).toBeLessThan(0.05);
    expect(deviation).toBeCloseTo(23.2801286728, 4);
    expect(within).toEqual([0.25, 0.75, 0.75, 1]);
  });

  it('have the median of sorting within 0.05 degrees, and the exact mean, root mean square and shares', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 8 }),
        (seed, n, power) => {
          const { uniform } = randomStream(seed, 'angles');
          const angles = Array.from({ length: n }, (_, i) => 180 * uniform(i) ** power).sort((a, b) => a - b);
          const statistics = new AngleStatistics();
          for (const degrees of angles) statistics.add(degrees);
          const exact = (angles[Math.floor((n - 1) / 2)]! + angles[Math.floor(n / 2)]!) / 2;
          expect(Math.abs(statistics.median - exact)).toBeLessThan(0.05);
          const average = (of: (degrees: number) => number): number =>
            angles.reduce((sum, degrees) => sum + of(degrees), 0) / n;
          expect(statistics.mean).toBeCloseTo(
            average((x) => x),
            9,
          );
          expect(statistics.rootMeanSquare).toBeCloseTo(Math.sqrt(average((x) => x * x)), 9);
          expect(statistics.within).toEqual(ANGLE_LIMITS.map((limit) => average((x) => +(x <= limit))));
        },
      ),
    );
  });

  it('have shares that count the limit itself', () => {
    const limits = new AngleStatistics();
    for (const angle of [11.25, 22.5, 30, 45, 180]) limits.add(angle);
    expect(limits.within).toEqual([0.2, 0.4, 0.6, 0.8]);
  });

  it('are NaN before the first labelled pixel', () => {
    const metric = new MeanAngle();
    metric.add(predicted, float32([1, 1, 5, 3], new Float32Array(15).fill(255)));
    for (const { value } of [metric.result(), ...metric.details()]) expect(value).toBeNaN();
  });
});

it('labels of surface normals are one vector per pixel', () => {
  const task = { id: 'rooms', kind: 'surface-normals', outputs: 3 } as const;
  expect(surfaceNormals.label(task, 2, [6, 8, 3])).toEqual({ dtype: 'float32', shape: [2, 6, 8, 3] });
});
