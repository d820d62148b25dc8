import { once } from 'node:events';

/** Waits for Ctrl-C, or whatever else asks this process to end. */
export async function untilStopped(): Promise<void> {
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
}
