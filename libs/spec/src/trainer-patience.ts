/** As many times the deadline may pass before the first step: engines start, on one machine sooner than on another. */
const START_FACTOR = 10;
/** Node's longest timer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How long trainers wait for each other before their first step, in milliseconds.
 *
 * @param deadlineMs `trainers.deadline` in milliseconds; 0 for no limit, which is 0 here too
 */
export function startPatienceMs(deadlineMs: number): number {
  return Math.min(START_FACTOR * deadlineMs, LONGEST_MS);
}
