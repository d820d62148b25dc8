/** A run that is done: how long its steps took. */
export interface TimedRun {
  readonly steps: number;
  readonly seconds: number;
}

export interface SweepProgress {
  readonly finished: readonly TimedRun[];
  /** The run under way. */
  readonly current: { readonly stepsLeft: number; readonly stepsPerSecond: number };
  /** Steps of the runs that are yet to come. */
  readonly stepsWaiting: number;
}

/**
 * How many seconds a sweep still takes: its steps at the speed of the finished runs, start and evaluation included, or
 * before there is one, at the speed of the running one. `undefined` while neither is known.
 */
export function secondsLeft({ finished, current, stepsWaiting }: SweepProgress): number | undefined {
  const steps = finished.reduce((sum, run) => sum + run.steps, 0);
  const seconds = finished.reduce((sum, run) => sum + run.seconds, 0);
  const usual = steps > 0 ? seconds / steps : undefined;
  const now = current.stepsPerSecond > 0 ? 1 / current.stepsPerSecond : usual;
  if (now === undefined) return undefined;
  return current.stepsLeft * now + stepsWaiting * (usual ?? now);
}
