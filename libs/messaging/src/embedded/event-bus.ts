import type { Json } from '@taskweave/common';
import { join } from 'node:path';
import type { BusEvent, EventBus, EventFilter, Published, StoredEvent, Subscription } from '../event-bus.js';
import { DUPLICATE_WINDOW_MS } from '../limits.js';
import { checkDotted, checkId, checkRun, toText } from '../names.js';
import { SerialHandler } from '../serial-handler.js';
import { activeTrace, inTraceOf } from '../trace.js';
import { AppendLog } from './append-log.js';

/** Events that are kept in memory; older ones are read from the file. */
const RECENT = 10_000;

/** Ids that are remembered at most: a run of quick steps would have a million an hour. */
const MOST_KNOWN = 20_000;

const STORED = Promise.resolve();

interface Listener {
  readonly filter: EventFilter;
  readonly handler: SerialHandler<StoredEvent>;
}

/** Events in a file of one folder, told to subscribers in this process. */
export class EmbeddedEventBus implements EventBus {
  #log!: AppendLog;
  /** The newest, oldest first, all of them on the disk. */
  #recent: StoredEvent[] = [];
  /** Position and time by id, oldest first. */
  readonly #known = new Map<string, { position: number; time: number; stored: Promise<void> }>();
  readonly #listeners = new Set<Listener>();
  #last = 0;

  private constructor() {}

  /** @throws TaskweaveError `FILE_DAMAGED`, `OUTPUT_NOT_WRITABLE` */
  static async open(folder: string): Promise<EmbeddedEventBus> {
    const bus = new EmbeddedEventBus();
    bus.#log = await AppendLog.open(join(folder, 'events.log'), {
      replay: (record) => {
        const event = record as unknown as StoredEvent;
        bus.#last = event.position;
        bus.#known.set(event.id, { position: event.position, time: event.time, stored: STORED });
        bus.#forget(-Infinity);
        bus.#remember(event);
      },
    });
    return bus;
  }

  async publish({ run, kind, id, data }: BusEvent): Promise<Published> {
    checkRun(run);
    checkDotted('kind', kind);
    checkId(id);
    toText(id, data);
    const known = this.#known.get(id);
    if (known !== undefined) {
      await known.stored;
      return { position: known.position, duplicate: true };
    }
    const position = ++this.#last;
    const event: StoredEvent = { run, kind, id, data, position, time: Date.now(), ...activeTrace() };
    const stored = this.#log.append(event as unknown as Json);
    this.#known.set(id, { position: event.position, time: event.time, stored });
    this.#forget(event.time - DUPLICATE_WINDOW_MS);
    await stored;
    this.#remember(event);
    for (const listener of this.#listeners) tell(listener, event);
    return { position: event.position, duplicate: false };
  }

  async subscribe(
    filter: EventFilter,
    handle: (event: StoredEvent) => void | Promise<void>,
    onFailure: (thrown: unknown) => void,
  ): Promise<Subscription> {
    if (filter.run !== undefined) checkRun(filter.run);
    if (filter.kind !== undefined) checkDotted('kind', filter.kind);
    const inTrace = (event: StoredEvent): void | Promise<void> => inTraceOf(event, () => handle(event));
    const listener: Listener = { filter, handler: new SerialHandler(inTrace, onFailure) };
    const { from } = filter;
    if (from !== undefined && from < this.#firstRecent()) {
      void this.#tellFromFile(listener, from);
    } else {
      if (from !== undefined) this.#tellRecent(listener, from);
      this.#listeners.add(listener);
    }
    return {
      stop: async () => {
        this.#listeners.delete(listener);
        await listener.handler.stop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners].map(({ handler }) => handler.stop()));
    this.#listeners.clear();
    await this.#log.close();
  }

  /** Old events from the file, until those in memory go on from there. */
  async #tellFromFile(listener: Listener, from: number): Promise<void> {
    try {
      let next = from;
      while (next < this.#firstRecent()) {
        for await (const record of this.#log.read()) {
          const event = record as unknown as StoredEvent;
          if (listener.handler.stopped) return;
          if (event.position < next) continue;
          tell(listener, event);
          // A slow handler must not make all of a long file gather in memory.
          await listener.handler.idle();
          next = event.position + 1;
        }
      }
      this.#tellRecent(listener, next);
      if (!listener.handler.stopped) this.#listeners.add(listener);
    } catch (thrown) {
      listener.handler.fail(thrown);
    }
  }

  #tellRecent(listener: Listener, from: number): void {
    for (const event of this.#recent) if (event.position >= from) tell(listener, event);
  }

  #firstRecent(): number {
    return this.#recent[0]?.position ?? this.#last + 1;
  }

  #remember(event: StoredEvent): void {
    this.#recent.push(event);
    if (this.#recent.length >= 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
  }

  #forget(before: number): void {
    for (const [id, { time }] of this.#known) {
      if (time >= before && this.#known.size <= MOST_KNOWN) return;
      this.#known.delete(id);
    }
  }
}

function tell({ filter, handler }: Listener, event: StoredEvent): void {
  if (filter.from !== undefined && event.position < filter.from) return;
  if (filter.run !== undefined && filter.run !== event.run) return;
  if (filter.kind !== undefined && filter.kind !== event.kind) return;
  handler.push(event);
}
