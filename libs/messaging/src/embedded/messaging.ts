import { rm } from 'node:fs/promises';
import { checkToken } from '../names.js';
import type { Messaging } from '../messaging.js';
import type { WorkQueueOptions } from '../work-queue.js';
import { EmbeddedEventBus } from './event-bus.js';
import { EmbeddedStateStore } from './state-store.js';
import { EmbeddedWorkQueue, queueFile } from './work-queue.js';

/** Messaging within this process, kept in files of a folder that belongs to it alone. */
export class EmbeddedMessaging implements Messaging {
  readonly #folder: string;
  readonly #queues = new Map<string, Promise<EmbeddedWorkQueue>>();
  readonly events: EmbeddedEventBus;
  readonly state: EmbeddedStateStore;

  private constructor(folder: string, events: EmbeddedEventBus, state: EmbeddedStateStore) {
    this.#folder = folder;
    this.events = events;
    this.state = state;
  }

  /**
   * @param folder made if it is not there
   * @throws TaskweaveError `FILE_DAMAGED`, `OUTPUT_NOT_WRITABLE`
   */
  static async open(folder: string): Promise<EmbeddedMessaging> {
    const events = await EmbeddedEventBus.open(folder);
    try {
      return new EmbeddedMessaging(folder, events, await EmbeddedStateStore.open(folder));
    } catch (thrown) {
      await events.close();
      throw thrown;
    }
  }

  get description(): string {
    return 'embedded';
  }

  queue(name: string, options?: WorkQueueOptions): Promise<EmbeddedWorkQueue> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = EmbeddedWorkQueue.open(this.#folder, name, options);
    this.#queues.set(name, queue);
    // One that could not be opened may be tried again.
    queue.catch(() => this.#queues.delete(name));
    return queue;
  }

  async removeQueue(name: string): Promise<void> {
    checkToken('queue', name);
    const open = this.#queues.get(name);
    this.#queues.delete(name);
    await (await open)?.close();
    await rm(queueFile(this.#folder, name), { force: true });
  }

  async close(): Promise<void> {
    const queues = await Promise.allSettled(this.#queues.values());
    for (const queue of queues) if (queue.status === 'fulfilled') await queue.value.close();
    await this.events.close();
    await this.state.close();
  }
}
