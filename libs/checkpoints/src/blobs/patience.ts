import type { TaskweaveError } from '@taskweave/common';

/** As long as messages wait for their server. */
export const PATIENCE_MS = 100_000;
const RETRY_WAIT_MS = 250;

/** What to make of what an attempt throws. */
export interface Verdicts {
  /** What to give up with at once, or undefined when another attempt may succeed. */
  final(thrown: unknown): Error | undefined;
  /** The error once patience is over. */
  away(thrown: unknown): TaskweaveError;
}

/** Repeats what can be repeated without harm until it succeeds. */
export async function patiently<T>(
  patienceMs: number,
  { final, away }: Verdicts,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      const error = final(thrown) ?? (performance.now() >= deadline ? away(thrown) : undefined);
      if (error !== undefined) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_WAIT_MS));
  }
}
