import type { Messaging } from '../messaging.js';
import { checkToken } from '../names.js';
import type { WorkQueueOptions } from '../work-queue.js';
import { Connection } from './connection.js';
import { NatsEventBus } from './event-bus.js';
import { Outbox } from './outbox.js';
import { NatsStateStore } from './state-store.js';
import { removeStream } from './streams.js';
import { NatsWorkQueue, queueStreams } from './work-queue.js';

/** What waits for the server when this is closed has so long to be stored. */
const CLOSE_WITHIN_MS = 5_000;

/** Messaging over a NATS server with JetStream. */
export class NatsMessaging implements Messaging {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #namespace: string;
  readonly #queues = new Map<string, Promise<NatsWorkQueue>>();
  readonly events: NatsEventBus;
  readonly state: NatsStateStore;

  private constructor(
    connection: Connection,
    outbox: Outbox,
    namespace: string,
    events: NatsEventBus,
    state: NatsStateStore,
  ) {
    this.#connection = connection;
    this.#outbox = outbox;
    this.#namespace = namespace;
    this.events = events;
    this.state = state;
  }

  /**
   * @param url see `Connection.open`
   * @param namespace first token of every subject; clusters that share a server have one each
   * @throws TaskweaveError `CONFIG_INVALID`, `SERVICE_UNAVAILABLE`
   */
  static async open(url: string, namespace = 'taskweave'): Promise<NatsMessaging> {
    checkToken('namespace', namespace);
    const connection = await Connection.open(url);
    try {
      const outbox = new Outbox(connection);
      const events = await NatsEventBus.open(connection, outbox, namespace);
      const state = await NatsStateStore.open(connection, outbox, namespace);
      return new NatsMessaging(connection, outbox, namespace, events, state);
    } catch (thrown) {
      await connection.close();
      throw thrown;
    }
  }

  get description(): string {
    return `NATS ${this.#connection.address.shown}`;
  }

  /** Messages that are not known to be stored; above 0 for long while the server is away. */
  get unsent(): number {
    return this.#outbox.size;
  }

  queue(name: string, options?: WorkQueueOptions): Promise<NatsWorkQueue> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = NatsWorkQueue.open(this.#connection, this.#outbox, this.#namespace, name, options);
    this.#queues.set(name, queue);
    // One that could not be opened may be tried again.
    queue.catch(() => this.#queues.delete(name));
    return queue;
  }

  async removeQueue(name: string): Promise<void> {
    checkToken('queue', name);
    this.#queues.delete(name);
    for (const stream of queueStreams(this.#namespace, name)) await removeStream(this.#connection, stream);
  }

  async close(): Promise<void> {
    await this.#outbox.close(CLOSE_WITHIN_MS);
    await this.#connection.close();
  }
}
