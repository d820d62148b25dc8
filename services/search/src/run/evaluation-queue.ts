import { TaskweaveError, type Json } from '@taskweave/common';
import {
  applyOnce,
  inTraceOf,
  type Delivery,
  type StateStore,
  type WorkQueue,
  type WorkQueueOptions,
} from '@taskweave/messaging';
import { type EvaluationLine, isScores } from '@taskweave/runs';
import { randomUUID } from 'node:crypto';
import { stopped } from './run-control.js';

/** Silence of a worker after which its checkpoint is handed to another, in milliseconds. */
const ACK_WAIT_MS = 30_000;
/** Evaluators that may be lost over one checkpoint; it is not tried on a further one. */
const MOST_LOST = 3;

/** Deliveries have no limit of their own: a computer that sleeps makes some, and the queue counts lost evaluators itself. */
export const EVALUATION_QUEUE_OPTIONS: WorkQueueOptions = {
  ackWaitMs: ACK_WAIT_MS,
  maxDeliveries: Number.MAX_SAFE_INTEGER,
};

/** Checkpoints that may wait for each evaluator. */
const MOST_WAITING = 4;

/** What a checkpoint's evaluation needs, and what becomes of it. */
export interface EvaluationWork {
  /** Names of the evaluators that share the work. */
  readonly evaluators: readonly string[];
  /**
   * What decides a checkpoint's scores, as a key: the same contents have the same scores, whichever evaluator is asked.
   */
  key(folder: string): string;
  /** Has an evaluator score a checkpoint. `SERVICE_UNAVAILABLE` when that evaluator is lost. */
  evaluate(folder: string, step: number, evaluator: string): Promise<EvaluationLine['scores']>;
  /** Takes the scores of a checkpoint; called once for each. */
  record(step: number, scores: EvaluationLine['scores']): Promise<void>;
  /** Told how many checkpoints wait or are being worked on, whenever that changes. */
  onWaiting?(waiting: number): void;
  /** Told of an evaluator that is not asked any more. */
  onLost(evaluator: string, error: TaskweaveError): void;
  /** Told once; what is still waiting is then left out. */
  onFailure(error: TaskweaveError): void;
}

interface Pending {
  readonly folder: string;
  readonly step: number;
  /** Evaluators that were lost over it. */
  lost: number;
  /** Its scores are being recorded. */
  recording: boolean;
}

/**
 * Has checkpoints evaluated beside the training. They go through a work queue from which all evaluators draw. A checkpoint may
 * be delivered twice, and be worked on twice; its scores are stored under its contents before it is acknowledged, the
 * first ones count, and they are recorded once.
 */
export class EvaluationQueue {
  readonly #queue: WorkQueue;
  readonly #state: StateStore;
  readonly #work: EvaluationWork;
  readonly #run: string;
  readonly #pending = new Map<string, Pending>();
  readonly #waiters = new Set<() => void>();
  readonly #ended = new AbortController();
  #workers: Promise<void>[] = [];
  #lost = 0;
  #failure: TaskweaveError | undefined;

  /**
   * @param run its name in messages
   * @param signal ends it, as a failure
   */
  constructor(queue: WorkQueue, state: StateStore, run: string, work: EvaluationWork, signal: AbortSignal) {
    this.#queue = queue;
    this.#state = state;
    this.#run = run;
    this.#work = work;
    signal.addEventListener('abort', () => this.#fail(stopped()));
  }

  /** Checkpoint folders that are still needed. */
  get pending(): ReadonlySet<string> {
    return new Set([...this.#pending.values()].map(({ folder }) => folder));
  }

  /**
   * Adds a checkpoint, and waits while evaluators are far behind: so the trainer is slowed down, rather than the disk
   * filled with checkpoints.
   *
   * @throws TaskweaveError the first failure
   */
  async push(folder: string, step: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    // Of this process alone: what an earlier one left in the queue is not waited for, and dropped.
    const id = `step-${step}.${randomUUID()}`;
    this.#pending.set(id, { folder, step, lost: 0, recording: false });
    this.#work.onWaiting?.(this.#pending.size);
    this.#queue
      .publish({ run: this.#run, kind: 'checkpoint.ready', id, data: { folder, step } })
      .catch((thrown: unknown) => this.#fail(thrown));
    if (this.#workers.length === 0) {
      this.#workers = this.#work.evaluators.map((evaluator) => this.#serve(evaluator));
    }
    await this.#until(() => this.#pending.size <= MOST_WAITING * this.#work.evaluators.length);
  }

  /** Resolves when everything is evaluated; rejects with the first failure. */
  idle(): Promise<void> {
    return this.#until(() => this.#pending.size === 0);
  }

  /** Asks no evaluator any more; resolves when none is at work. */
  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#workers);
  }

  async #serve(evaluator: string): Promise<void> {
    const { signal } = this.#ended;
    try {
      for (;;) {
        const delivery = await this.#queue.pull({ signal });
        if (delivery === undefined) return;
        const pending = this.#pending.get(delivery.id);
        if (pending === undefined) await delivery.ack();
        else if (!(await inTraceOf(delivery, () => this.#process(delivery, pending, evaluator)))) return;
      }
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** @returns whether the evaluator can go on */
  async #process(delivery: Delivery, pending: Pending, evaluator: string): Promise<boolean> {
    const { folder, step } = pending;
    const beat = setInterval(() => void delivery.inProgress(), ACK_WAIT_MS / 3);
    try {
      const score = async (): Promise<Json> =>
        (await this.#work.evaluate(folder, step, evaluator)) as unknown as Json;
      const { result } = await applyOnce(this.#state, this.#work.key(folder), score, isScores);
      await this.#record(delivery.id, result as unknown as EvaluationLine['scores']);
      await delivery.ack();
      return true;
    } catch (thrown) {
      const error = TaskweaveError.from(thrown);
      const lost = error.code === 'SERVICE_UNAVAILABLE' && !this.#ended.signal.aborted;
      const others = lost && ++this.#lost < this.#work.evaluators.length;
      if (others && ++pending.lost < MOST_LOST) {
        this.#work.onLost(evaluator, error);
        await delivery.nak();
        return false;
      }
      this.#fail(error);
      await delivery.terminate(error.message);
      return false;
    } finally {
      clearInterval(beat);
    }
  }

  /** Not again when another delivery of the same checkpoint was quicker. */
  async #record(id: string, scores: EvaluationLine['scores']): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.recording) return;
    pending.recording = true;
    await this.#work.record(pending.step, scores);
    this.#pending.delete(id);
    this.#work.onWaiting?.(this.#pending.size);
    this.#wake();
  }

  #fail(thrown: unknown): void {
    if (this.#failure !== undefined || this.#ended.signal.aborted) return;
    this.#failure = TaskweaveError.from(thrown);
    this.#ended.abort();
    this.#work.onFailure(this.#failure);
    this.#wake();
  }

  async #until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (condition()) return;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }
}
