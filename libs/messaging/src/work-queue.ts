import type { Json } from '@taskweave/common';
import type { Traced } from './trace.js';

/** Work to be done once by one of several workers. */
export interface Job {
  readonly run: string;
  /** Dotted name, e.g. `checkpoint.ready`. */
  readonly kind: string;
  /** Names the job: published again while it is not done, it is the same job. */
  readonly id: string;
  /** At most 1 MB of JSON. */
  readonly data: Json;
}

/**
 * A job in the hands of a worker, who works on it within its trace: see `inTraceOf`. It is delivered again when nothing is
 * heard of it within the ack deadline.
 */
export interface Delivery extends Job, Traced {
  /** How often it has been delivered, this time included; from 1. */
  readonly attempt: number;

  /**
   * Done: it is not delivered again. Record the result first, by message id, as the acknowledgement may be lost.
   *
   * @returns whether it is certain to be known; false when the deadline had passed or the server could not be asked
   */
  ack(): Promise<boolean>;

  /** Not done: deliver it again, to anyone. @param delayMs not before so many milliseconds. @default 0 */
  nak(delayMs?: number): Promise<void>;

  /** Still being worked on: the ack deadline begins anew. */
  inProgress(): Promise<void>;

  /** Can never be done: it becomes a dead letter. @param reason for people */
  terminate(reason: string): Promise<void>;
}

/** A job that was given up. */
export interface DeadLetter extends Job {
  readonly reason: string;
}

export interface WorkQueueOptions {
  /** Silence after which a job is delivered again, in milliseconds, at least 50. @default 30000 */
  readonly ackWaitMs?: number;
  /** Deliveries after which a job becomes a dead letter instead of being delivered once more. @default 5 */
  readonly maxDeliveries?: number;
}

export const DEFAULT_ACK_WAIT_MS = 30_000;
export const DEFAULT_MAX_DELIVERIES = 5;

/** Jobs shared out among workers, oldest first, each delivered at least once. */
export interface WorkQueue {
  /**
   * Adds a job, with the trace that is active. While the server is away it waits and is sent later under the same id.
   *
   * @returns whether a job with this id was known; nothing was added then. One that is not done is always known; one
   *   that is done may be.
   * @throws TaskweaveError as `EventBus.publish`
   */
  publish(job: Job): Promise<{ readonly duplicate: boolean }>;

  /**
   * The next job, as soon as there is one; undefined when none came within `waitMs` or `signal` aborted. While the
   * server is away this waits too.
   */
  pull(options?: { readonly waitMs?: number; readonly signal?: AbortSignal }): Promise<Delivery | undefined>;

  /** Jobs that are not done: waiting, in the hands of a worker, or held back after a nak. For back-pressure. */
  depth(): Promise<number>;

  /** All jobs that were given up, oldest first. */
  deadLetters(): Promise<DeadLetter[]>;
}
