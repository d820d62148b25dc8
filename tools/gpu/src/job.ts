import type { SupernetSize } from '@taskweave/bench';
import type { ErrorDetails } from '@taskweave/common';
import type { DeviceId } from '@taskweave/engine';
import type { BenchmarkResult } from './benchmark.js';
import type { OpResult } from './compare-op.js';

/** Work for a process of its own: drivers may crash, hang, and keep memory. */
export type Job = ComparisonJob | BenchmarkJob;

interface OnDevice {
  readonly device: DeviceId;
  readonly threads: number;
}

/** Compare these ops, in this order. */
export interface ComparisonJob extends OnDevice {
  readonly kind: 'comparisons';
  readonly ops: readonly string[];
  /** Random cases per op. */
  readonly cases: number;
}

/** Time a search iteration of the VGG-16 supernet. */
export interface BenchmarkJob extends OnDevice {
  readonly kind: 'benchmark';
  readonly network: SupernetSize;
  /** Rows and columns of the matrix product before every iteration. */
  readonly matmul: number;
  /** Rounds of iterations; after each the peer is run. */
  readonly rounds: number;
  readonly iterations: number;
  readonly peer?: string;
}

/** What the process tells, in turn. */
export type JobMessage =
  | { readonly kind: 'op-begins'; readonly op: string }
  | { readonly kind: 'op'; readonly result: OpResult }
  | { readonly kind: 'iteration-begins' }
  | { readonly kind: 'benchmark'; readonly result: BenchmarkResult }
  | { readonly kind: 'failed'; readonly error: ErrorDetails }
  | { readonly kind: 'done' };
