import { RetentionPolicy, StorageType, type JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import type { BusEvent, EventBus, EventFilter, Published, StoredEvent, Subscription } from '../event-bus.js';
import { DUPLICATE_WINDOW_MS } from '../limits.js';
import { checkDotted, checkId, runToken, toText } from '../names.js';
import { inTraceOf } from '../trace.js';
import type { Connection } from './connection.js';
import { follow } from './follow.js';
import type { Outbox } from './outbox.js';
import { readMessage } from './read-message.js';
import { ensureStream } from './streams.js';
import { traceHeaders } from './trace-headers.js';

/** Events are kept for 30 days. */
const MOST_AGE_MS = 30 * 24 * 3_600_000;

/** Events in a JetStream stream; the subject is `taskweave.<run>.<kind>`. */
export class NatsEventBus implements EventBus {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #namespace: string;
  readonly #stream: string;

  private constructor(connection: Connection, outbox: Outbox, namespace: string) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#namespace = namespace;
    this.#stream = `${namespace}_events`;
  }

  static async open(connection: Connection, outbox: Outbox, namespace: string): Promise<NatsEventBus> {
    const bus = new NatsEventBus(connection, outbox, namespace);
    await ensureStream(connection, {
      name: bus.#stream,
      subjects: [`${namespace}.*.>`],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      max_age: nanos(MOST_AGE_MS),
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    });
    return bus;
  }

  async publish({ run, kind, id, data }: BusEvent): Promise<Published> {
    checkDotted('kind', kind);
    checkId(id);
    const subject = `${this.#namespace}.${runToken(run)}.${kind}`;
    const payload = toText(id, data);
    const { seq, duplicate } = await this.#outbox.send({ subject, payload, msgID: id, ...traceHeaders() });
    return { position: seq, duplicate };
  }

  async subscribe(
    { run, kind, from, onUnreadable }: EventFilter,
    handler: (event: StoredEvent) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription> {
    if (kind !== undefined) checkDotted('kind', kind);
    const filter = `${this.#namespace}.${run === undefined ? '*' : runToken(run)}.${kind ?? '>'}`;
    const first = from ?? (await this.#lastPosition()) + 1;
    const tell = (message: JsMsg): void | Promise<void> => {
      const event = readMessage(message, this.#namespace);
      if ('unreadable' in event) {
        const { subject, seq } = message;
        return onUnreadable?.(`The message ${seq} on ${subject} is no event. ${event.unreadable}`);
      }
      const stored = { ...event, position: message.seq, time: message.time.getTime() };
      return inTraceOf(stored, () => handler(stored));
    };
    return follow(this.#connection, { stream: this.#stream, filter, from: first }, tell, onFailure);
  }

  async #lastPosition(): Promise<number> {
    const { manager } = this.#connection;
    const { state } = await this.#connection.ask('subscribe', () => manager.streams.info(this.#stream));
    return state.last_seq;
  }
}
