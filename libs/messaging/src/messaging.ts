import type { EventBus } from './event-bus.js';
import type { StateStore } from './state-store.js';
import type { WorkQueue, WorkQueueOptions } from './work-queue.js';

/** The three ways in which parts of a cluster hear of each other, over one connection or one folder. */
export interface Messaging {
  /** What is in use, for people: `embedded` or e.g. `NATS nats://127.0.0.1:4222`. */
  readonly description: string;
  readonly events: EventBus;
  readonly state: StateStore;
  /**
   * A work queue. The same name gives the same queue; its options count where it is opened first.
   *
   * @param name letters, digits, `_` and `-`
   */
  queue(name: string, options?: WorkQueueOptions): Promise<WorkQueue>;
  /** Removes a queue and all that is in it, dead letters too; nothing happens if there is none. */
  removeQueue(name: string): Promise<void>;
  /** Ends all subscriptions, and stores what can be stored at once. */
  close(): Promise<void>;
}
