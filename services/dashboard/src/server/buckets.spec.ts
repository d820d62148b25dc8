import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketSize, bucketsOf } from './buckets.js';
import { Table } from './table.js';

/** Numbers that survive being cut to seven digits. */
const value = fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 8);
const rows = fc.array(fc.option(value, { nil: NaN }), { minLength: 1, maxLength: 300 });

function tableOf(values: readonly number[]): Table {
  const table = new Table();
  values.forEach((one, step) => table.add(step, [['loss', one]]));
  return table;
}

describe('buckets', () => {
  it('keep the extremes and the mean of what they stand for, in order', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 64 }), (values, size) => {
        const { x, series } = bucketsOf(tableOf(values), {
          columns: ['loss'],
          from: 0,
          to: values.length - 1,
          size,
        });
        const { mean, low = mean, high = mean } = series['loss']!;
        expect(x).toHaveLength(Math.ceil(values.length / size));
        expect([...x].sort((a, b) => a - b)).toEqual(x);
        x.forEach((_, i) => {
          const own = values.slice(i * size, (i + 1) * size).filter(Number.isFinite);
          if (own.length === 0) return expect([mean[i], low[i], high[i]]).toEqual([null, null, null]);
          expect([low[i], high[i]]).toEqual([Math.min(...own), Math.max(...own)]);
          expect(mean[i]).toBeCloseTo(own.reduce((sum, one) => sum + one, 0) / own.length, 2);
        });
      }),
    );
  });

  it('are the rows themselves when each has one', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const { x, series } = bucketsOf(tableOf(values), {
          columns: ['loss'],
          from: 0,
          to: Infinity,
          size: 1,
        });
        expect(x).toEqual(values.map((_, step) => step));
        expect(series['loss']).toEqual({ mean: values.map((one) => (Number.isFinite(one) ? one : null)) });
      }),
    );
  });

  it('do not change when later steps come, but for the last', () => {
    fc.assert(
      fc.property(rows, rows, fc.constantFrom(1, 2, 4, 8), (before, after, size) => {
        const request = { columns: ['loss'], from: 0, to: Infinity, size };
        const first = bucketsOf(tableOf(before), request);
        const both = bucketsOf(tableOf([...before, ...after]), request);
        const settled = Math.floor(before.length / size);
        expect(both.x.slice(0, settled)).toEqual(first.x.slice(0, settled));
        expect(both.series['loss']!.mean.slice(0, settled)).toEqual(
          first.series['loss']!.mean.slice(0, settled),
        );
      }),
    );
  });

  it('are as many as asked for at most, of sizes that nest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 4_000 }), (steps, points) => {
        const size = bucketSize(steps, points);
        expect(Math.log2(size) % 1).toBe(0);
        expect(steps / size).toBeLessThanOrEqual(points);
        if (size > 1) expect(steps / (size / 2)).toBeGreaterThan(points);
      }),
    );
  });

  it('give only the steps asked for, also of steps that were done twice and of columns that came later', () => {
    const table = new Table();
    [0, 1, 2, 1, 2, 3].forEach((step, i) =>
      table.add(
        step,
        i < 3
          ? [['a', i]]
          : [
              ['a', i],
              ['b', 10 * i],
            ],
      ),
    );
    expect(bucketsOf(table, { columns: ['a', 'b'], from: 1, to: 2, size: 1 })).toEqual({
      x: [1, 2],
      series: {
        a: { mean: [2, 3], low: [1, 2], high: [3, 4] },
        b: { mean: [30, 40], low: [30, 40], high: [30, 40] },
      },
    });
  });
});
