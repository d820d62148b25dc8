import { TaskweaveError, type Json } from '@taskweave/common';
import type { BusEvent, EventBus } from '@taskweave/messaging';
import type { RunRecord } from '@taskweave/runs';
import { randomUUID } from 'node:crypto';
import { KnownIds } from './known-ids.js';
import { messageRun, runOrigin } from './message-names.js';
import { publishedIds } from './published-ids.js';
import type { RunEvent, RunEvents, StampedEvent } from './run-events.js';

/**
 * Publishes the events of a run. A step, a checkpoint and an evaluation have the same message id whenever they happen, so
 * a run that is resumed and does a step again, or tells of steps before, does not publish them a second time.
 */
export class BusPublisher {
  readonly #bus: EventBus;
  readonly #run: string;
  readonly #origin: string;
  readonly #session = randomUUID();
  readonly #unstored = new Set<Promise<void>>();
  /** The first event of this session. */
  readonly opened: BusEvent;
  readonly #known: KnownIds;
  #count = 0;
  #last = 0;

  private constructor(bus: EventBus, record: RunRecord) {
    this.#bus = bus;
    this.#run = messageRun(record);
    this.#origin = runOrigin(record);
    this.#known = new KnownIds(`${this.#origin}.step.`);
    this.opened = this.#message(`opened.${this.#session}`, 'opened', null);
  }

  /**
   * Publishes what happens from now on.
   *
   * @param bus the run's own, in its folder
   * @param onFailure told when an event cannot be published
   * @throws TaskweaveError as `EventBus.publish`
   */
  static async open(
    bus: EventBus,
    record: RunRecord,
    events: RunEvents,
    onFailure: (error: TaskweaveError) => void,
  ): Promise<BusPublisher> {
    const publisher = new BusPublisher(bus, record);
    for (const id of await publishedIds(bus, publisher.opened)) publisher.#known.add(id);
    events.listen((stamped) => publisher.#publish(stamped, onFailure));
    return publisher;
  }

  /** @returns the position of the last event, when everything so far is stored or could not be */
  async idle(): Promise<number> {
    await Promise.all(this.#unstored);
    return this.#last;
  }

  #publish({ event }: StampedEvent, onFailure: (error: TaskweaveError) => void): void {
    const message = this.#message(this.#idWithin(event), event.kind, event as unknown as Json);
    if (this.#known.has(message.id)) return;
    this.#known.add(message.id);
    const stored: Promise<void> = this.#bus
      .publish(message)
      .then(
        ({ position }) => void (this.#last = Math.max(this.#last, position)),
        (thrown: unknown) => onFailure(TaskweaveError.from(thrown)),
      )
      .then(() => void this.#unstored.delete(stored));
    this.#unstored.add(stored);
  }

  #message(idWithin: string, kind: string, data: Json): BusEvent {
    return { run: this.#run, kind, id: `${this.#origin}.${idWithin}`, data };
  }

  #idWithin({ kind, step }: RunEvent): string {
    const lasting = kind === 'step' || kind === 'checkpoint.ready' || kind === 'evaluation.done';
    return lasting ? `${kind}.${step}` : `${kind}.${this.#session}.${this.#count++}`;
  }
}
