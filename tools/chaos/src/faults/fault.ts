import type { RandomStream } from '@taskweave/common';
import type { Cluster } from '../cluster.js';
import type { ClusterShape } from '../cluster-shape.js';

/** A way to break a running search. */
export interface Fault {
  /** E.g. `kill`. */
  readonly id: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What it can be done to; the schedule draws one. */
  readonly targets: readonly string[];
  /** What the cluster has to have for it. */
  needs(target: string): Partial<ClusterShape>;
  /**
   * Breaks the search, and mends what the outside world would mend, such as a full disk.
   *
   * @param target one of `targets`
   * @param random draws for what the fault leaves open, e.g. for how long
   * @returns what was done, for the report
   */
  inject(cluster: Cluster, target: string, random: RandomStream): Promise<string>;
}

/** A fault that could not be done because what it is done to was not there (any more). */
export const NOTHING_THERE = 'nothing there to break';

/** Milliseconds between two bounds, inclusive. */
export function drawMs(random: RandomStream, draw: number, [least, most]: readonly [number, number]): number {
  return Math.round(least + (most - least) * random.uniform(draw));
}

/** E.g. `1.5 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
