/** Seconds of a step's parts, each as if alone. */
export interface StepParts {
  /** Both passes, on all threads of the engine. */
  readonly compute: number;
  /** Getting the batches ready, in another thread. */
  readonly data: number;
}

/**
 * How long a step takes when its data is made ready while the step before computes: neither is quicker than alone, and
 * together they have no more than the machine's cores.
 *
 * @param threads of the engine, 1 or more
 * @param cores of the machine, 1 or more
 */
export function stepSeconds({ compute, data }: StepParts, threads: number, cores: number): number {
  const busy = Math.min(threads, cores);
  return Math.max(compute, data, (busy * compute + data) / cores);
}
