import type { DeviceId } from '@taskweave/engine';
import type { BenchmarkResult } from './benchmark.js';
import type { OpResult } from './compare-op.js';
import type { Machine } from './machine.js';

/** What a check found; the form of `--json`. An infinite error is null there. */
export interface CheckReport {
  readonly machine: Machine;
  readonly threads: number;
  readonly quick: boolean;
  readonly devices: readonly DeviceReport[];
}

export type DeviceReport = CheckedDevice | MissingDevice;

export interface MissingDevice {
  readonly device: DeviceId;
  readonly available: false;
  readonly reason: string;
  readonly action: string;
}

export interface CheckedDevice {
  readonly device: DeviceId;
  readonly available: true;
  readonly description: string;
  /** In a training step of a 3x3 convolution. */
  readonly gflops?: number;
  readonly comparisons: Comparisons;
  readonly benchmarks: readonly (BenchmarkResult | FailedBenchmark)[];
}

export interface Comparisons {
  readonly ops: readonly OpResult[];
  /** Why not all ops were compared. */
  readonly failure?: string;
}

export interface FailedBenchmark {
  readonly name: string;
  readonly failure: string;
}

/** The op that differs most from the oracle, of those that could be run. */
export function largestError(ops: readonly OpResult[]): Required<Pick<OpResult, 'op' | 'error'>> | undefined {
  return ops
    .flatMap(({ op, error }) => (error === undefined ? [] : [{ op, error }]))
    .reduce<{ op: string; error: number } | undefined>(
      (most, one) => (most !== undefined && most.error >= one.error ? most : one),
      undefined,
    );
}

/** Everything that went wrong on a device, a line each. */
export function failures(report: DeviceReport): string[] {
  if (!report.available) return [];
  const { ops, failure } = report.comparisons;
  return [
    ...(failure === undefined ? [] : [`comparisons: ${failure}`]),
    ...ops.flatMap((one) => (one.failure === undefined ? [] : [`${one.op}: ${one.failure}`])),
    ...report.benchmarks.flatMap((one) => ('failure' in one ? [`${one.name}: ${one.failure}`] : [])),
  ];
}
