import { parentPort } from 'node:worker_threads';
import { TaskweaveError } from '@taskweave/common';
import type { WorkerMethods, WorkerReply, WorkerRequest } from './messages.js';

/**
 * The whole of a worker's entry file: answers the calls of the thread that started it, one after the other. Has a subpath of
 * its own, as a worker that also loaded gRPC and telemetry would take half as long again to start.
 */
export function serveWorker(methods: WorkerMethods): void {
  const port = parentPort;
  if (port === null)
    throw new TaskweaveError({ code: 'INTERNAL', message: 'This file only runs as a worker.' });
  let queue: Promise<void> = Promise.resolve();
  port.on('message', ({ id, method, args }: WorkerRequest) => {
    queue = queue.then(async () => {
      try {
        const result = await methods[method]!(...(args as never[]));
        port.postMessage({ id, result } satisfies WorkerReply);
      } catch (error) {
        port.postMessage({ id, error: TaskweaveError.from(error).toDetails() } satisfies WorkerReply);
      }
    });
  });
}
