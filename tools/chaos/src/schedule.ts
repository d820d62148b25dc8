import { randomStream } from '@taskweave/common';
import type { Fault } from './faults/fault.js';

/** One fault of a run. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly target: string;
  /** It happens when the run has taken this many steps, 0 or more. */
  readonly step: number;
  /** Keys what the fault draws. */
  readonly index: number;
}

/** What is to happen to one run: a fault, or two. */
export type Trial = readonly PlannedFault[];

/**
 * Draws what happens to which run. The same seed gives the same schedule, and more faults leave those before as they are.
 *
 * @param count of faults in all, 1 or more
 * @param steps of each run: faults come before its last
 */
export function drawSchedule(seed: number, count: number, steps: number, faults: readonly Fault[]): Trial[] {
  const trials: Trial[] = [];
  for (let index = 0; index < count;) {
    const random = randomStream(seed, 'chaos/schedule', index);
    const among = <T>(choices: readonly T[], draw: number): T =>
      choices[Math.floor(choices.length * random.uniform(draw))]!;
    const planned = (part: number): PlannedFault => {
      const fault = among(faults, 4 * part + 1);
      return {
        fault,
        target: among(fault.targets, 4 * part + 2),
        step: Math.floor((steps - 1) * random.uniform(4 * part + 3)),
        index: index + part,
      };
    };
    // One run in three has two faults.
    const parts = random.uniform(0) < 1 / 3 && index + 1 < count ? [0, 1] : [0];
    trials.push(parts.map(planned).sort((a, b) => a.step - b.step));
    index += parts.length;
  }
  return trials;
}
