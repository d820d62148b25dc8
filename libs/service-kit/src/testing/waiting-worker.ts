/** A worker thread whose methods end as a test wants them to. */
import { TaskweaveError } from '@taskweave/common';
import { serveWorker } from '../worker/serve-worker.js';

const methods = {
  /** Blocks the thread until the number is not 0 any more, and returns it. */
  async waitFor(shared: Int32Array<SharedArrayBuffer>): Promise<number> {
    Atomics.wait(shared, 0, 0);
    return Atomics.load(shared, 0);
  },
  /** Throws an error of ours. */
  async refuse(found: string): Promise<never> {
    throw new TaskweaveError({ code: 'CONFIG_INVALID', message: 'Refused.', found });
  },
  /** Ends the thread in the middle of the call. */
  async die(): Promise<never> {
    process.exit(3);
  },
};

export type WaitingMethods = typeof methods;

serveWorker(methods);
