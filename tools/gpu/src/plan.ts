import { COMPARISONS } from '@taskweave/engine/comparisons';
import type { BenchmarkJob } from './job.js';

/** What is done on every device. */
export interface CheckPlan {
  /** Ops to compare, of those in COMPARISONS. */
  readonly ops: readonly string[];
  /** Random cases per op. */
  readonly cases: number;
  readonly benchmarks: readonly Omit<BenchmarkJob, 'kind' | 'device' | 'threads' | 'peer'>[];
}

const OPS = Object.keys(COMPARISONS);

/** All ops, and the networks that the benchmark's figures are given for. */
export const FULL_PLAN: CheckPlan = {
  ops: OPS,
  cases: 6,
  benchmarks: [
    { network: { name: 'supernet-quarter', width: 0.25, batch: 8 }, matmul: 2048, rounds: 5, iterations: 4 },
    { network: { name: 'supernet-full', width: 1, batch: 2 }, matmul: 2048, rounds: 5, iterations: 4 },
  ],
};

/** Shows within a minute that everything starts; its times mean nothing. */
export const QUICK_PLAN: CheckPlan = {
  ops: OPS.filter((_, i) => i % 8 === 0),
  cases: 2,
  benchmarks: [
    {
      network: { name: 'supernet-eighth', width: 1 / 8, batch: 1, size: 32 },
      matmul: 256,
      rounds: 1,
      iterations: 1,
    },
  ],
};
