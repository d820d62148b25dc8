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
  /** Steps to a point: as many as were asked for, or more where the table is no finer. */
  readonly size: number;
  /** Mean step of every point. */
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
export function bucketsOf(table: Table, { columns, from, to, size: wanted }: BucketRequest): Buckets {
  const size = Math.ceil(wanted / table.size) * table.size;
  const points = pointsOf(table, from, to, size);
  const single = points.every(({ rows }) => rows === 1);
  return {
    size,
    x: points.map(({ rows, steps }) => short(steps / rows)),
    series: Object.fromEntries(columns.map((name) => [name, columnOf(table, name, points, single)])),
  };
}

/** Buckets of a table that become one point. */
interface Point {
  rows: number;
  /** Sum. */
  steps: number;
  readonly buckets: number[];
}

function pointsOf(table: Table, from: number, to: number, size: number): Point[] {
  const points = new Map<number, Point>();
  const lastBucket = Math.min(table.members.length - 1, Math.floor(to / table.size));
  for (let bucket = Math.floor(from / table.size); bucket <= lastBucket; bucket++) {
    const rows = table.members[bucket]!;
    const steps = table.steps[bucket]!;
    const step = steps / rows;
    if (rows === 0 || step < from || step > to) continue;
    const number = Math.floor((bucket * table.size) / size);
    const point = points.get(number) ?? { rows: 0, steps: 0, buckets: [] };
    point.rows += rows;
    point.steps += steps;
    point.buckets.push(bucket);
    points.set(number, point);
  }
  return [...points.values()];
}

function columnOf(table: Table, name: string, points: readonly Point[], single: boolean): SeriesColumn {
  const column = table.column(name);
  const found = points.map(({ buckets }) => buckets.filter((bucket) => (column?.found[bucket] ?? 0) > 0));
  const pick = (of: (buckets: readonly number[]) => number): (number | null)[] =>
    found.map((buckets) => (buckets.length > 0 ? short(of(buckets)) : null));
  const sum = (values: readonly number[], buckets: readonly number[]): number =>
    buckets.reduce((total, bucket) => total + values[bucket]!, 0);
  const mean = pick((buckets) => sum(column!.sums, buckets) / sum(column!.found, buckets));
  if (single) return { mean };
  return {
    mean,
    low: pick((buckets) => Math.min(...buckets.map((bucket) => column!.lows[bucket]!))),
    high: pick((buckets) => Math.max(...buckets.map((bucket) => column!.highs[bucket]!))),
  };
}

/** Seven digits: more than a picture shows, and a third of the bytes. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
