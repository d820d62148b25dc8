import type { Json } from '@taskweave/common';
import { join } from 'node:path';
import { DUPLICATE_WINDOW_MS } from '../limits.js';
import { activeTrace, type Traced } from '../trace.js';
import { checkDotted, checkId, checkRun, checkToken, toText } from '../names.js';
import {
  DEFAULT_ACK_WAIT_MS,
  DEFAULT_MAX_DELIVERIES,
  type DeadLetter,
  type Delivery,
  type Job,
  type WorkQueue,
  type WorkQueueOptions,
} from '../work-queue.js';
import { AppendLog } from './append-log.js';

type QueueRecord =
  | { readonly type: 'add'; readonly job: Job & Traced; readonly attempts?: number }
  | { readonly type: 'deliver'; readonly id: string }
  | { readonly type: 'done'; readonly id: string; readonly time: number }
  | { readonly type: 'dead'; readonly id: string; readonly time: number; readonly reason: string }
  | { readonly type: 'letter'; readonly letter: DeadLetter };

interface Entry {
  readonly job: Job & Traced;
  attempts: number;
  /** Counts deliveries in this process; an answer to an earlier one comes too late. */
  holder: number;
  timer?: NodeJS.Timeout;
  stored: Promise<void>;
}

/** The file of a queue whose name was checked. */
export function queueFile(folder: string, name: string): string {
  return join(folder, `queue-${name}.log`);
}

/** Jobs in a file of one folder, shared out among workers of this process. */
export class EmbeddedWorkQueue implements WorkQueue {
  #log!: AppendLog;
  readonly #ackWaitMs: number;
  readonly #maxDeliveries: number;
  /** Jobs that are not done, by id, oldest first. */
  readonly #jobs = new Map<string, Entry>();
  /** Those that can be delivered now: for the first time, and again, which goes first. */
  readonly #ready = new Set<Entry>();
  readonly #again = new Set<Entry>();
  /** When jobs were done or given up, oldest first. */
  readonly #finished = new Map<string, number>();
  readonly #dead: DeadLetter[] = [];
  readonly #pullers = new Set<() => void>();
  #closed = false;

  private constructor({ ackWaitMs, maxDeliveries }: WorkQueueOptions) {
    this.#ackWaitMs = ackWaitMs ?? DEFAULT_ACK_WAIT_MS;
    this.#maxDeliveries = maxDeliveries ?? DEFAULT_MAX_DELIVERIES;
  }

  /**
   * What was in the hands of workers when the process ended can be delivered again at once.
   *
   * @throws TaskweaveError `FILE_DAMAGED`, `OUTPUT_NOT_WRITABLE`
   */
  static async open(
    folder: string,
    name: string,
    options: WorkQueueOptions = {},
  ): Promise<EmbeddedWorkQueue> {
    checkToken('queue', name);
    const queue = new EmbeddedWorkQueue(options);
    queue.#log = await AppendLog.open(queueFile(folder, name), {
      replay: (record) => queue.#replay(record as unknown as QueueRecord),
      snapshot: () => queue.#snapshot() as Iterable<Json>,
    });
    for (const entry of queue.#jobs.values()) queue.#offer(entry);
    return queue;
  }

  async publish({ run, kind, id, data }: Job): Promise<{ readonly duplicate: boolean }> {
    checkRun(run);
    checkDotted('kind', kind);
    checkId(id);
    toText(id, data);
    const known = this.#jobs.get(id);
    if (known !== undefined) {
      await known.stored;
      return { duplicate: true };
    }
    if (this.#finished.has(id)) return { duplicate: true };
    const job = { run, kind, id, data, ...activeTrace() };
    const entry: Entry = { job, attempts: 0, holder: 0, stored: this.#write({ type: 'add', job }) };
    this.#jobs.set(id, entry);
    await entry.stored;
    this.#offer(entry);
    return { duplicate: false };
  }

  async pull({ waitMs = Infinity, signal }: { waitMs?: number; signal?: AbortSignal } = {}): Promise<
    Delivery | undefined
  > {
    const deadline = performance.now() + waitMs;
    for (;;) {
      if (this.#log.failure !== undefined) throw this.#log.failure;
      if (signal?.aborted === true) return undefined;
      const delivery = await this.#next();
      if (delivery !== undefined) return delivery;
      const rest = deadline - performance.now();
      if (rest <= 0) return undefined;
      await this.#changed(rest, signal);
    }
  }

  async depth(): Promise<number> {
    return this.#jobs.size;
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return [...this.#dead];
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#jobs.values()) clearTimeout(timer);
    await this.#log.close();
    this.#wake();
  }

  async #next(): Promise<Delivery | undefined> {
    for (;;) {
      const [entry] = this.#again.size > 0 ? this.#again : this.#ready;
      if (entry === undefined) return undefined;
      this.#withdraw(entry);
      if (entry.attempts >= this.#maxDeliveries) {
        await this.#finish(entry, `not done in ${entry.attempts} deliveries`);
        continue;
      }
      entry.attempts++;
      const holder = ++entry.holder;
      this.#restartTimer(entry);
      // Counted on the disk before anybody works on it: a job that kills its worker is not tried for ever.
      await this.#write({ type: 'deliver', id: entry.job.id });
      return this.#delivery(entry, holder);
    }
  }

  #delivery(entry: Entry, holder: number): Delivery {
    const held = (): boolean => entry.holder === holder && this.#jobs.has(entry.job.id) && !this.#closed;
    return {
      ...entry.job,
      attempt: entry.attempts,
      ack: async () => {
        if (!held()) return false;
        await this.#finish(entry);
        return true;
      },
      nak: async (delayMs = 0) => {
        if (!held()) return;
        entry.holder++;
        clearTimeout(entry.timer);
        if (delayMs > 0) this.#offerAfter(entry, delayMs);
        else this.#offer(entry);
      },
      inProgress: async () => {
        if (held()) this.#restartTimer(entry);
      },
      terminate: async (reason) => {
        if (held()) await this.#finish(entry, reason);
      },
    };
  }

  #restartTimer(entry: Entry): void {
    clearTimeout(entry.timer);
    this.#offerAfter(entry, this.#ackWaitMs);
  }

  #offerAfter(entry: Entry, ms: number): void {
    entry.timer = setTimeout(() => {
      entry.holder++;
      this.#offer(entry);
    }, ms).unref();
  }

  #offer(entry: Entry): void {
    if (this.#closed) return;
    (entry.attempts > 0 ? this.#again : this.#ready).add(entry);
    this.#wake();
  }

  #withdraw(entry: Entry): void {
    this.#ready.delete(entry);
    this.#again.delete(entry);
  }

  /** @param reason why the job is given up; absent when it is done */
  async #finish({ job, timer }: Entry, reason?: string): Promise<void> {
    clearTimeout(timer);
    const time = Date.now();
    const record: QueueRecord =
      reason === undefined ? { type: 'done', id: job.id, time } : { type: 'dead', id: job.id, time, reason };
    this.#replay(record);
    for (const [id, finished] of this.#finished) {
      if (finished >= time - DUPLICATE_WINDOW_MS) break;
      this.#finished.delete(id);
    }
    await this.#write(record);
  }

  #write(record: QueueRecord): Promise<void> {
    return this.#log.append(record as unknown as Json);
  }

  #replay(record: QueueRecord): void {
    if (record.type === 'add') {
      const { job, attempts = 0 } = record;
      this.#jobs.set(job.id, { job, attempts, holder: 0, stored: Promise.resolve() });
    } else if (record.type === 'deliver') {
      this.#jobs.get(record.id)!.attempts++;
    } else if (record.type === 'letter') {
      this.#dead.push(record.letter);
    } else {
      const entry = this.#jobs.get(record.id);
      if (entry !== undefined) {
        this.#jobs.delete(record.id);
        this.#withdraw(entry);
        if (record.type === 'dead') this.#dead.push({ ...entry.job, reason: record.reason });
      }
      this.#finished.set(record.id, record.time);
    }
  }

  *#snapshot(): Generator<QueueRecord> {
    for (const letter of this.#dead) yield { type: 'letter', letter };
    for (const [id, time] of this.#finished) yield { type: 'done', id, time };
    for (const { job, attempts } of this.#jobs.values()) yield { type: 'add', job, attempts };
  }

  /** Resolves when there may be a job, at the latest after some time. */
  #changed(ms: number, signal: AbortSignal | undefined): Promise<void> {
    // Either may have come while the caller looked for a job.
    if (this.#ready.size + this.#again.size > 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#pullers.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = ms === Infinity ? undefined : setTimeout(done, ms);
      this.#pullers.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  #wake(): void {
    for (const puller of [...this.#pullers]) puller();
  }
}
