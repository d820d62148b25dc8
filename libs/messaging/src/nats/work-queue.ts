import {
  AckPolicy,
  JetStreamApiCodes,
  RetentionPolicy,
  StorageType,
  type Consumer,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { DUPLICATE_WINDOW_MS } from '../limits.js';
import { checkDotted, checkId, checkToken, runToken, toText } from '../names.js';
import {
  DEFAULT_ACK_WAIT_MS,
  DEFAULT_MAX_DELIVERIES,
  type DeadLetter,
  type Delivery,
  type Job,
  type WorkQueue,
  type WorkQueueOptions,
} from '../work-queue.js';
import { hasCode, type Connection } from './connection.js';
import type { Outbox } from './outbox.js';
import { readJson, readMessage } from './read-message.js';
import { ensureStream } from './streams.js';
import { traceHeaders } from './trace-headers.js';

const WORKERS = 'workers';
/** Bounds of one request for a job; the server sees none shorter than a second. */
const SHORTEST_PULL_MS = 1_000;
const LONGEST_PULL_MS = 10_000;
const ACK_TIMEOUT_MS = 5_000;
const MOST_REASON_CHARACTERS = 1_000;

/** The streams of a queue: of its jobs and of its dead letters. */
export function queueStreams(namespace: string, name: string): [work: string, dead: string] {
  return [`${namespace}_work_${name}`, `${namespace}_dead_${name}`];
}

/** Jobs in a JetStream stream of work-queue retention, with a durable consumer that all workers share. */
export class NatsWorkQueue implements WorkQueue {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #subject: string;
  readonly #deadSubject: string;
  readonly #stream: string;
  readonly #deadStream: string;
  readonly #maxDeliveries: number;
  #consumer: Consumer | undefined;

  private constructor(
    connection: Connection,
    outbox: Outbox,
    namespace: string,
    name: string,
    maxDeliveries: number,
  ) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#subject = `${namespace}-work.${name}`;
    this.#deadSubject = `${namespace}-dead.${name}`;
    [this.#stream, this.#deadStream] = queueStreams(namespace, name);
    this.#maxDeliveries = maxDeliveries;
  }

  static async open(
    connection: Connection,
    outbox: Outbox,
    namespace: string,
    name: string,
    { ackWaitMs = DEFAULT_ACK_WAIT_MS, maxDeliveries = DEFAULT_MAX_DELIVERIES }: WorkQueueOptions = {},
  ): Promise<NatsWorkQueue> {
    checkToken('queue', name);
    const queue = new NatsWorkQueue(connection, outbox, namespace, name, maxDeliveries);
    const kept = { storage: StorageType.File, duplicate_window: nanos(DUPLICATE_WINDOW_MS) };
    await ensureStream(connection, {
      ...kept,
      name: queue.#stream,
      subjects: [`${queue.#subject}.>`],
      retention: RetentionPolicy.Workqueue,
    });
    await ensureStream(connection, { ...kept, name: queue.#deadStream, subjects: [queue.#deadSubject] });
    await queue.#ensureConsumer(ackWaitMs);
    return queue;
  }

  async publish({ run, kind, id, data }: Job): Promise<{ readonly duplicate: boolean }> {
    checkDotted('kind', kind);
    checkId(id);
    const subject = `${this.#subject}.${runToken(run)}.${kind}`;
    const payload = toText(id, data);
    const { duplicate } = await this.#outbox.send({ subject, payload, msgID: id, ...traceHeaders() });
    return { duplicate };
  }

  async pull({ waitMs = Infinity, signal }: { waitMs?: number; signal?: AbortSignal } = {}): Promise<
    Delivery | undefined
  > {
    const deadline = performance.now() + waitMs;
    do {
      if (signal?.aborted === true) return undefined;
      const expires = Math.min(Math.max(deadline - performance.now(), SHORTEST_PULL_MS), LONGEST_PULL_MS);
      const message = await this.#request(expires, signal);
      if (message === undefined) continue;
      const delivery = await this.#delivery(message);
      if (delivery === undefined) continue;
      if (delivery.attempt <= this.#maxDeliveries) return delivery;
      await delivery.terminate(`not done in ${this.#maxDeliveries} deliveries`);
    } while (performance.now() < deadline);
    return undefined;
  }

  async depth(): Promise<number> {
    // By the consumer, not by the stream: a server that was killed may find messages again in the stream that the consumer
    // knows to be acknowledged. They are never delivered, and never removed.
    const { consumers } = this.#connection.manager;
    const { num_pending, num_ack_pending } = await this.#connection.ask('measure the queue', () =>
      consumers.info(this.#stream, WORKERS),
    );
    return num_pending + num_ack_pending;
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const { manager } = this.#connection;
    return this.#connection.ask('read dead letters', async () => {
      const { first_seq, last_seq } = (await manager.streams.info(this.#deadStream)).state;
      const letters: DeadLetter[] = [];
      for (let seq = Math.max(1, first_seq); seq <= last_seq; seq++) {
        const message = await manager.streams.getMessage(this.#deadStream, { seq });
        const letter = message === null ? undefined : readLetter(message.data);
        if (letter !== undefined) letters.push(letter);
      }
      return letters;
    });
  }

  async #ensureConsumer(ackWaitMs: number): Promise<void> {
    const { consumers } = this.#connection.manager;
    await this.#connection.ask('make the consumer', async () => {
      try {
        await consumers.info(this.#stream, WORKERS);
      } catch (thrown) {
        if (!hasCode(thrown, JetStreamApiCodes.ConsumerNotFound)) throw thrown;
        await consumers.add(this.#stream, {
          durable_name: WORKERS,
          ack_policy: AckPolicy.Explicit,
          ack_wait: nanos(ackWaitMs),
          // The server would just keep such a job to itself; `pull` makes it a dead letter.
          max_deliver: -1,
          max_ack_pending: -1,
        });
      }
    });
  }

  /** One request for a job. A job that comes after `signal` aborted goes back at once. */
  async #request(expires: number, signal: AbortSignal | undefined): Promise<JsMsg | undefined> {
    const request = this.#next(expires);
    if (signal === undefined) return request;
    let abort!: () => void;
    const aborted = new Promise<undefined>((resolve) => (abort = () => resolve(undefined)));
    signal.addEventListener('abort', abort);
    try {
      const message = await Promise.race([request, aborted]);
      if (signal.aborted && message === undefined) void request.then((late) => late?.nak());
      return message;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #next(expires: number): Promise<JsMsg | undefined> {
    const { connected, jetstream, nats } = this.#connection;
    if (nats.isClosed()) throw this.#connection.lost('pull work');
    try {
      if (connected) {
        this.#consumer ??= await jetstream.consumers.get(this.#stream, WORKERS);
        return (await this.#consumer.next({ expires })) ?? undefined;
      }
    } catch {
      // The server went away meanwhile; whoever pulls asks again.
    }
    await this.#connection.pause();
    return undefined;
  }

  /** What is no job becomes a dead letter at once, so that it is neither delivered again nor stops those behind it. */
  async #delivery(message: JsMsg): Promise<Delivery | undefined> {
    const job = readMessage(message, this.#subject);
    if ('unreadable' in job) {
      const { streamSequence } = message.info;
      const nobody = { run: 'unknown', kind: 'unreadable', id: `unreadable.${streamSequence}`, data: null };
      await this.#terminate(message, nobody, `cannot be read: ${job.unreadable}`);
      return undefined;
    }
    return {
      ...job,
      attempt: message.info.deliveryCount,
      ack: () => this.#acknowledge(message),
      nak: async (delayMs) => message.nak(delayMs),
      inProgress: async () => message.working(),
      terminate: (reason) => this.#terminate(message, job, reason),
    };
  }

  async #terminate(message: JsMsg, job: Job, reason: string): Promise<void> {
    const letter: DeadLetter = { ...job, reason: reason.slice(0, MOST_REASON_CHARACTERS) };
    // First the letter: should this process end in between, it is written a second time under the same id.
    await this.#outbox.send({
      subject: this.#deadSubject,
      payload: JSON.stringify(letter),
      msgID: job.id,
    });
    // Like a job that is done, as the server confirms that, and no other answer.
    await this.#acknowledge(message);
  }

  /** @returns whether the server is known to have heard it, which it is not when it went away meanwhile */
  #acknowledge(message: JsMsg): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (heard: boolean): void => {
        unlisten();
        resolve(heard);
      };
      const unlisten = this.#connection.onReconnect(() => done(false));
      message.ackAck({ timeout: ACK_TIMEOUT_MS }).then(done, () => done(false));
    });
  }
}

/** A dead letter; undefined for what somebody else put between them. */
function readLetter(bytes: Uint8Array): DeadLetter | undefined {
  const letter = readJson(bytes) as Partial<Record<keyof DeadLetter, unknown>> | null | undefined;
  const texts = [letter?.run, letter?.kind, letter?.id, letter?.reason];
  const whole = texts.every((text) => typeof text === 'string') && letter?.data !== undefined;
  return whole ? (letter as unknown as DeadLetter) : undefined;
}
