import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketSize, bucketsOf } from './buckets.js';
import { Table } from './table.js';

type Row = readonly [step: number, value: number];

function tableOf(rows: readonly Row[]): Table {
  const table = new Table();
  for (const [step, value] of rows) table.add(step, [['a', value]]);
  return table;
}

/** What a point says of the rows that it stands for, by the definition. */
function oracle(rows: readonly Row[], size: number) {
  const points = new Map<number, Row[]>();
  for (const row of rows) {
    const number = Math.floor(row[0] / size);
    points.set(number, [...(points.get(number) ?? []), row]);
  }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return [...points]
    .sort(([a], [b]) => a - b)
    .map(([, all]) => {
      const values = all.map(([, value]) => value).filter(Number.isFinite);
      const none = values.length === 0;
      return {
        x: mean(all.map(([step]) => step)),
        mean: none ? null : mean(values),
        low: none ? null : Math.min(...values),
        high: none ? null : Math.max(...values),
      };
    });
}

const close = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));

describe('points of a table', () => {
  const values = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(NaN, Infinity));
  const rows = fc.array(fc.tuple(fc.nat({ max: 40_000 }), values), { maxLength: 80 });

  it('say what the rows say, however many steps there are to one', () => {
    fc.assert(
      fc.property(rows, fc.nat({ max: 10 }), (all, power) => {
        const table = tableOf(all);
        const { size, x, series } = bucketsOf(table, {
          columns: ['a'],
          from: 0,
          to: 40_000,
          size: 2 ** power,
        });
        expect(size % table.size).toBe(0);
        expect(size).toBeGreaterThanOrEqual(2 ** power);
        const expected = oracle(all, size);
        expect(x).toHaveLength(expected.length);
        expected.forEach((point, i) => {
          const { mean, low = mean, high = mean } = series['a']!;
          const [ours, theirs] = [
            [x[i]!, mean[i]!, low[i]!, high[i]!],
            [point.x, point.mean, point.low, point.high],
          ];
          ours.forEach((value, part) => expect([value, close(value, theirs[part]!)]).toEqual([value, true]));
        });
      }),
    );
  });

  it('are of the range that was asked for only', () => {
    const table = tableOf(Array.from({ length: 100 }, (_, step) => [step, step] as const));
    const { x, series } = bucketsOf(table, { columns: ['a'], from: 10, to: 13, size: 1 });
    expect(x).toEqual([10, 11, 12, 13]);
    expect(series['a']).toEqual({ mean: [10, 11, 12, 13] });
    expect(bucketsOf(table, { columns: ['b'], from: 0, to: 0, size: 1 }).series['b']).toEqual({
      mean: [null],
    });
    expect(bucketsOf(table, { columns: ['a'], from: 200, to: 300, size: 1 }).x).toEqual([]);
  });

  it('never lose a peak of one step in a long run', () => {
    const table = tableOf(
      Array.from({ length: 100_000 }, (_, step) => [step, step === 70_001 ? 99 : 1] as const),
    );
    const { size, series } = bucketsOf(table, {
      columns: ['a'],
      from: 0,
      to: 99_999,
      size: bucketSize(100_000, 500),
    });
    expect(size).toBe(256);
    expect(Math.max(...(series['a']!.high as number[]))).toBe(99);
    expect(table.rows).toBe(100_000);
    expect(table.members.length).toBeLessThanOrEqual(16_384);
  });
});

it('takes a power of two of steps to a point', () => {
  expect([bucketSize(0, 10), bucketSize(10, 10), bucketSize(11, 10), bucketSize(1000, 10)]).toEqual([
    1, 1, 2, 128,
  ]);
});
