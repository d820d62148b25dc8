import { stopped, type RunControl } from '../run/run-control.js';
import { EXIT_STOPPED } from './exit-codes.js';

/** One key press may reach us twice: from the terminal and from the program that started us. */
const SAME_PRESS_MS = 1_000;
/** How long an abort may take before the process ends all the same; the run can be resumed even so. */
const ABORT_MS = 3_000;

/**
 * The first Ctrl-C (or SIGTERM) asks the run to stop with a checkpoint, the second aborts it at once.
 *
 * @param tell told what is being done about it
 * @returns gives the signals back
 */
export function stopOnSignals(
  control: Pick<RunControl, 'requestStop' | 'abort'>,
  tell: (text: string) => void,
): () => void {
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      tell('stopping after this step; press Ctrl-C again to stop at once');
      control.requestStop();
    } else if (now - first > SAME_PRESS_MS) {
      tell('stopping at once; the run can be resumed');
      control.abort(stopped());
      setTimeout(() => process.exit(EXIT_STOPPED), ABORT_MS).unref();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
