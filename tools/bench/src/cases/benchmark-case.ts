import type { Engine } from '@taskweave/engine';

/** A piece of work whose time is of interest: what `--case` names. */
export interface BenchmarkCase {
  /** E.g. `conv`. */
  readonly name: string;
  /** What is computed, for people. */
  readonly title: string;
  /** Compiles the work on an engine; not part of what is timed. */
  prepare(engine: Engine): Promise<PreparedCase>;
}

export interface PreparedCase {
  /** What one iteration does, in order. */
  readonly parts: readonly CasePart[];
  dispose(): Promise<void>;
}

export interface CasePart {
  /** E.g. `weight step`. */
  readonly name: string;
  /**
   * Floating-point operations by arithmetic on the layers: two per multiply-accumulate of convolutions and dense
   * layers, each counted once for the output, once for the input's gradient and once for the weights' gradient as far
   * as these are computed. Everything else (normalisation, pools, updates) counts as 0.
   */
  readonly flop: number;
  run(): Promise<unknown>;
}
