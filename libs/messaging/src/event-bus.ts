import type { Json } from '@taskweave/common';
import type { Traced } from './trace.js';

/** Something that happened in a run. */
export interface BusEvent {
  /** The run's name; see `checkRun`. */
  readonly run: string;
  /** Dotted name, e.g. `checkpoint.ready`. The subject is `taskweave.<run>.<kind>`. */
  readonly kind: string;
  /** Names the event for ever: what is published again under the same id is the same event. See `checkId`. */
  readonly id: string;
  /** At most 1 MB of JSON. */
  readonly data: Json;
}

/** An event as it is kept. */
export interface StoredEvent extends BusEvent, Traced {
  /** Counted from 1 over all runs of the bus; later events have larger ones, with gaps where others came between. */
  readonly position: number;
  /** Milliseconds since 1970-01-01 UTC when it was stored. */
  readonly time: number;
}

export interface Published {
  readonly position: number;
  /** Whether an event with this id had been stored before; nothing was stored then. */
  readonly duplicate: boolean;
}

export interface EventFilter {
  /** Only events of this run. @default all runs */
  readonly run?: string;
  /** Only events of this kind. @default all kinds */
  readonly kind?: string;
  /** Position of the first event wanted; 1 is the oldest that is kept. @default only what happens from now on */
  readonly from?: number;
  /**
   * Told of a message on a server that is no event, and why: whoever may write there may write anything. It is passed
   * over. @default nobody is told
   */
  readonly onUnreadable?: (why: string) => void;
}

/** Something that goes on until it is stopped. */
export interface Subscription {
  /** Resolves when no handler runs any more. */
  stop(): Promise<void>;
}

/** Events of runs: kept in order, and told to any number of subscribers as they happen or from a position on. */
export interface EventBus {
  /**
   * Keeps an event, with the trace that is active. Events of one publisher are kept in the order of these calls. While the server is away they wait
   * and are sent later under the same id; the promise resolves when the event is stored.
   *
   * @throws TaskweaveError `CONFIG_INVALID` or `DATA_INVALID` for an event that breaks the rules,
   *   `SERVICE_UNAVAILABLE` when too many are waiting or the bus was closed before it was stored,
   *   `OUTPUT_NOT_WRITABLE` when the disk refuses
   */
  publish(event: BusEvent): Promise<Published>;

  /**
   * Tells a handler events in order, one at a time, each within the trace that it was published in. An event may be told twice when the connection was lost, so handlers
   * go by its id or position. To go on after a restart, subscribe from the last position + 1.
   *
   * @param onFailure told once when the handler throws or events can no longer be told; nothing follows then
   */
  subscribe(
    filter: EventFilter,
    handler: (event: StoredEvent) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription>;
}
