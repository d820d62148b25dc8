import { toJsonText, writeFileAtomically } from '@taskweave/runs';
import type { Sweep } from '@taskweave/spec';
import type { Comparison } from '../compare/comparison.js';

/** How a run of a sweep ended, or that it has not. */
export type SweepRunState = 'completed' | 'failed' | 'waiting';

/** The contents of sweep.json: what a sweep runs, how far it is, and in the end its table. */
export interface SweepRecord {
  readonly format: 'taskweave-sweep';
  readonly version: 1;
  readonly name: string;
  readonly seeds: readonly number[];
  /** Name of the variant that the others are compared with. */
  readonly baseline: string;
  readonly variants: readonly {
    readonly name: string;
    /** Variant of each axis, by the axis's name. */
    readonly choices: Readonly<Record<string, string>>;
  }[];
  readonly runs: readonly {
    readonly run: string;
    readonly variant: string;
    readonly seed: number;
    readonly state: SweepRunState;
    /** Why it failed. */
    readonly error?: string;
  }[];
  /** Of the completed runs; there once every run was tried. */
  readonly comparison?: Comparison;
}

/** The record of a sweep of which these runs are done or failed (by name). */
export function sweepRecord(
  { name, seeds, baseline, variants, runs }: Sweep,
  completed: ReadonlySet<string>,
  failed: ReadonlyMap<string, string>,
  comparison?: Comparison,
): SweepRecord {
  return {
    format: 'taskweave-sweep',
    version: 1,
    name,
    seeds,
    baseline,
    variants: variants.map((variant) => ({ name: variant.name, choices: variant.choices })),
    runs: runs.map(({ name: run, variant, seed }) => {
      const error = failed.get(run);
      const state = completed.has(run) ? 'completed' : error === undefined ? 'waiting' : 'failed';
      return { run, variant, seed, state, ...(error !== undefined && { error }) };
    }),
    ...(comparison && { comparison }),
  };
}

/** @throws TaskweaveError `OUTPUT_NOT_WRITABLE` */
export function writeSweepRecord(path: string, record: SweepRecord): Promise<void> {
  return writeFileAtomically(path, toJsonText(record));
}
