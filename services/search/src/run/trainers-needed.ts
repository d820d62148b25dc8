import type { RunSpec } from '@taskweave/spec';

/** How many trainers a run takes at a time. */
export function trainersNeeded(_spec: RunSpec): number {
  return 1;
}
