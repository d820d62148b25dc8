import { randomStream, type RandomStream } from '@taskweave/common';
import { drawShape, type ClusterShape } from './cluster-shape.js';
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

/** What is to happen to one run. */
export interface Trial {
  readonly shape: ClusterShape;
  /** One, or two, in order. */
  readonly faults: readonly PlannedFault[];
}

export interface ScheduleOptions {
  readonly seed: number;
  /** Of faults in all, 1 or more. */
  readonly count: number;
  /** Of each run: faults come before its last. */
  readonly steps: number;
  readonly faults: readonly Fault[];
  /** Share of the runs with two faults, 0..1. */
  readonly pairs: number;
  /** What clusters can have at most. */
  readonly most: ClusterShape;
}

/** Steps between the two faults of a pair at most, where they do not happen at once or anywhere in the run. */
const SHORTLY = 3;

/**
 * Draws what happens to which run. The same seed gives the same schedule, and more faults leave those before as they are.
 * The faults of a pair happen at once, shortly after each other or anywhere in the run, a third of the pairs each.
 */
export function drawSchedule({ seed, count, steps, faults, pairs, most }: ScheduleOptions): Trial[] {
  const trials: Trial[] = [];
  for (let index = 0; index < count;) {
    const random = randomStream(seed, 'chaos/schedule', index);
    const first = drawFault(random, 0, faults, index);
    const step = Math.floor((steps - 1) * random.uniform(1));
    const planned: PlannedFault[] = [{ ...first, step }];
    if (random.uniform(0) < pairs && index + 1 < count) {
      const among = [
        step,
        step + Math.floor(SHORTLY * random.uniform(2)),
        Math.floor((steps - 1) * random.uniform(2)),
      ];
      const later = Math.min(among[Math.floor(3 * random.uniform(3))]!, steps - 2);
      planned.push({ ...drawFault(random, 1, faults, index + 1), step: later });
    }
    const needed = Object.assign({}, ...planned.map(({ fault, target }) => fault.needs(target))) as object;
    trials.push({
      shape: drawShape(random, 4, needed, most),
      faults: planned.sort((a, b) => a.step - b.step),
    });
    index += planned.length;
  }
  return trials;
}

function drawFault(
  random: RandomStream,
  part: number,
  faults: readonly Fault[],
  index: number,
): Pick<PlannedFault, 'fault' | 'target' | 'index'> {
  const among = <T>(choices: readonly T[], draw: number): T =>
    choices[Math.floor(choices.length * random.uniform(draw))]!;
  const fault = among(faults, 8 + 2 * part);
  return { fault, target: among(fault.targets, 9 + 2 * part), index };
}
