import { describe, expect, it } from 'vitest';
import { align, smoothed, valueAt, type Line } from './chart-data.js';

const line = (x: number[], mean: (number | null)[]): Line => ({ label: 'a', color: '--ink', x, mean });

describe('lines', () => {
  it('are laid over the same steps, and a missing value is another thing than no point', () => {
    const lines = [line([0, 2], [1, null]), line([1, 2], [5, -1])];
    expect(align(lines, false)).toEqual({
      x: [0, 1, 2],
      columns: [{ mean: [1, undefined, null] }, { mean: [undefined, 5, -1] }],
    });
    expect(align(lines, true).columns[1]).toEqual({ mean: [undefined, 5, null] });
  });

  it('are smoothed from their first point on, and a constant stays one', () => {
    const weights = smoothed(line([0, 1, 2, 3], [4, 0, null, 0]), 0.5);
    // (0.5·0 + 0.25·4) / (1 - 0.25), then half as much over 1 - 0.125.
    expect(weights.mean).toEqual([4, 4 / 3, null, 4 / 7]);
    expect(weights.raw).toEqual([4, 0, null, 0]);
    expect(smoothed(line([0, 1, 2], [3, 3, 3]), 0.9).mean.map((value) => Number(value?.toFixed(12)))).toEqual(
      [3, 3, 3],
    );
    const points = { ...line([0], [1]), points: true };
    expect(smoothed(points, 0.9)).toBe(points);
  });

  it('have the value of the last point that is not after a step', () => {
    const one = line([0, 10, 20], [1, null, 3]);
    expect([-1, 0, 15, 20, 99].map((step) => valueAt(one, step))).toEqual([undefined, 1, 1, 3, 3]);
  });
});
