import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { TaskweaveError } from '@taskweave/common';
import type { WorkerMethods, WorkerReply, WorkerRequest } from './messages.js';

/** A running worker thread, seen from the thread that started it. */
export interface WorkerClient<Methods extends WorkerMethods> {
  /** @throws TaskweaveError: what the method threw, or INTERNAL when the thread died */
  call<K extends keyof Methods & string>(
    method: K,
    ...args: Parameters<Methods[K]>
  ): Promise<Awaited<ReturnType<Methods[K]>>>;
  /** Waits for the calls that are under way and ends the thread. */
  stop(): Promise<void>;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: TaskweaveError): void;
}

/**
 * Starts a worker thread, so that work that blocks (tensor programs) leaves this thread free to answer.
 *
 * @param entry what to run, as a package export, e.g. `@taskweave/evaluator/engine-worker`: resolved like any
 *   import, so tests that run from sources start the same built file
 */
export function startWorker<Methods extends WorkerMethods>(entry: string): WorkerClient<Methods> {
  const worker = new Worker(createRequire(import.meta.url).resolve(entry), { execArgv: [] });
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let ended: TaskweaveError | undefined;

  const fail = (message: string, cause?: unknown): void => {
    ended ??= new TaskweaveError({ code: 'INTERNAL', message, subject: entry }, { cause });
    for (const { reject } of pending.values()) reject(ended);
    pending.clear();
    worker.unref();
  };
  worker.on('message', (reply: WorkerReply) => {
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    if (pending.size === 0) worker.unref();
    if ('error' in reply) call?.reject(new TaskweaveError(reply.error));
    else call?.resolve(reply.result);
  });
  worker.on('error', (error) => fail(`A worker thread failed: ${error.message}`, error));
  worker.on('exit', () => fail('A worker thread ended before its work was done.'));
  // Only a call under way keeps the process alive.
  worker.unref();

  const client: WorkerClient<Methods> = {
    call: (method, ...args) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended);
        const id = nextId++;
        pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
        worker.ref();
        worker.postMessage({ id, method, args } satisfies WorkerRequest);
      }),
    async stop() {
      while (pending.size > 0) {
        await Promise.allSettled([...pending.values()].map((call) => waitFor(call)));
      }
      await worker.terminate();
    },
  };
  return client;
}

/** Settles when a call does. */
function waitFor(call: Pending): Promise<void> {
  return new Promise((settled) => {
    const { resolve, reject } = call;
    call.resolve = (result) => {
      resolve(result);
      settled();
    };
    call.reject = (error) => {
      reject(error);
      settled();
    };
  });
}
