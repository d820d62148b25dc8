import type { SeriesColumn } from '../api/types.js';
import type { Table } from './table.js';

/** Which part of a table, how fine. */
export interface BucketRequest {
  readonly columns: readonly string[];
  /** First step. */
  readonly from: number;
  /** Last step. */
  readonly to: number;
  /** Steps to a point, an integer >= 1. */
  readonly size: number;
}

export interface Buckets {
  readonly x: number[];
  readonly series: Record<string, SeriesColumn>;
}

/** The least power of two that makes at most `points` points of this many steps: so points stay where they are as a run grows. */
export function bucketSize(steps: number, points: number): number {
  let size = 1;
  while (steps / size > points) size *= 2;
  return size;
}

/**
 * Draws the rows of a table together: all whose step lies in the same `size` steps become one point with their mean, least and
 * greatest value, so a peak of one step is never lost. Values that are not finite count as missing.
 */
export function bucketsOf(table: Table, { columns, from, to, size }: BucketRequest): Buckets {
  const first = Math.floor(from / size);
  const count = Math.max(0, Math.floor(Math.min(to, table.last) / size) - first + 1);
  const rows = new Int32Array(table.rows).fill(-1);
  const members = new Uint32Array(count);
  const sums = new Float64Array(count);
  table.steps.forEach((step, row) => {
    const bucket = Math.floor(step / size) - first;
    if (step < from || step > to || bucket < 0 || bucket >= count) return;
    rows[row] = bucket;
    members[bucket]!++;
    sums[bucket]! += step;
  });
  const filled = [...members.keys()].filter((bucket) => members[bucket]! > 0);
  const single = filled.every((bucket) => members[bucket] === 1);
  return {
    x: filled.map((bucket) => short(sums[bucket]! / members[bucket]!)),
    series: Object.fromEntries(
      columns.map((name) => [name, columnOf(table.column(name), rows, filled, count, single)]),
    ),
  };
}

function columnOf(
  values: readonly number[],
  rows: Int32Array,
  filled: readonly number[],
  count: number,
  single: boolean,
): SeriesColumn {
  const found = new Uint32Array(count);
  const sums = new Float64Array(count);
  const lows = new Float64Array(count).fill(Infinity);
  const highs = new Float64Array(count).fill(-Infinity);
  for (let row = 0; row < values.length; row++) {
    const bucket = rows[row]!;
    const value = values[row]!;
    if (bucket < 0 || !Number.isFinite(value)) continue;
    found[bucket]!++;
    sums[bucket]! += value;
    if (value < lows[bucket]!) lows[bucket] = value;
    if (value > highs[bucket]!) highs[bucket] = value;
  }
  const pick = (of: (bucket: number) => number): (number | null)[] =>
    filled.map((bucket) => (found[bucket]! > 0 ? short(of(bucket)) : null));
  const mean = pick((bucket) => sums[bucket]! / found[bucket]!);
  return single
    ? { mean }
    : { mean, low: pick((bucket) => lows[bucket]!), high: pick((bucket) => highs[bucket]!) };
}

/** Seven digits: more than a picture shows, and a third of the bytes. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
