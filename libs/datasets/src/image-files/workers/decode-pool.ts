import { TaskweaveError } from '@taskweave/common';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { DecodeRequest, DecodedExample } from '../decode-example.js';
import type { DecodeReply } from './messages.js';

/** Resolved like any import, so tests that run from sources start the same built file. */
const ENTRY = '@taskweave/datasets/decode-worker';

interface Task {
  readonly request: DecodeRequest;
  resolve(decoded: DecodedExample): void;
  reject(error: TaskweaveError): void;
}

/**
 * Threads that decode examples, so that decoding runs beside training and the thread of the caller goes on answering.
 * They are started when first needed, and keep the process alive only while they work.
 */
export class DecodePool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: Task[] = [];
  readonly #working = new Map<Worker, Task>();

  /** @param size most threads at work at a time, at least 1 */
  constructor(size: number) {
    this.#size = size;
  }

  /** @throws TaskweaveError: what decoding throws; INTERNAL when the thread died */
  decode(request: DecodeRequest): Promise<DecodedExample> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    while (this.#waiting.length > 0 && this.#working.size < this.#size) {
      const worker = this.#idle.pop() ?? this.#start();
      const task = this.#waiting.shift()!;
      this.#working.set(worker, task);
      worker.ref();
      worker.postMessage(task.request);
    }
  }

  #start(): Worker {
    const worker = new Worker(createRequire(import.meta.url).resolve(ENTRY), { execArgv: [] });
    worker.on('message', (reply: DecodeReply) => {
      const task = this.#finish(worker);
      worker.unref();
      this.#idle.push(worker);
      if ('error' in reply) task?.reject(new TaskweaveError(reply.error));
      else task?.resolve(reply.decoded);
      this.#assign();
    });
    const died = (message: string, cause?: unknown): void => {
      const task = this.#finish(worker);
      const place = this.#idle.indexOf(worker);
      if (place >= 0) this.#idle.splice(place, 1);
      const subject = task?.request.example.image.path ?? ENTRY;
      task?.reject(new TaskweaveError({ code: 'INTERNAL', message, subject }, { cause }));
      this.#assign();
    };
    worker.on('error', (error) => died(`A decoding thread failed: ${error.message}`, error));
    worker.on('exit', () => died('A decoding thread ended before its work was done.'));
    return worker;
  }

  #finish(worker: Worker): Task | undefined {
    const task = this.#working.get(worker);
    this.#working.delete(worker);
    return task;
  }
}

const pools = new Map<number, DecodePool>();

/** The pool of this many threads, one for all data sets of the process. */
export function sharedPool(size: number): DecodePool {
  const pool = pools.get(size) ?? new DecodePool(size);
  pools.set(size, pool);
  return pool;
}
