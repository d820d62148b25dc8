import { TaskweaveError } from '@taskweave/common';
import type { BusEvent, EventBus, StoredEvent, Subscription } from '@taskweave/messaging';
import { publishedIds } from './published-ids.js';

/** Events on their way to the other bus; further ones stay on disk until some have arrived. */
const MOST_UNSENT = 1_000;

/**
 * Copies a run's events from the bus in its folder to that of a server, each once, in order. So none is lost while the
 * server is away, even if the run is killed then: it is sent when the run is resumed (after that session's `opened`).
 */
export class BusForwarder {
  readonly #run: string;
  readonly #from: EventBus;
  readonly #to: EventBus;
  readonly #onFailure: (error: TaskweaveError) => void;
  readonly #unsent = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #known: ReadonlySet<string> = new Set();
  #position = 0;
  #subscription: Subscription | undefined;

  private constructor(run: string, from: EventBus, to: EventBus, onFailure: (error: TaskweaveError) => void) {
    this.#run = run;
    this.#from = from;
    this.#to = to;
    this.#onFailure = onFailure;
  }

  /**
   * @param opened the first event of this session, which `from` has
   * @param onFailure told when events cannot be copied
   */
  static async open(
    opened: BusEvent,
    from: EventBus,
    to: EventBus,
    onFailure: (error: TaskweaveError) => void,
  ): Promise<BusForwarder> {
    const forwarder = new BusForwarder(opened.run, from, to, onFailure);
    forwarder.#known = await publishedIds(to, opened);
    await forwarder.#follow();
    return forwarder;
  }

  /** Waits for some time until everything up to a position is stored. @returns whether it is */
  async drain(position: number, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (this.#position < position || this.#unsent.size > 0) {
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  /** Sends nothing more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#subscription?.stop();
  }

  async #follow(): Promise<void> {
    const fail = (thrown: unknown): void => {
      if (!this.#stopped.signal.aborted) this.#onFailure(TaskweaveError.from(thrown));
    };
    this.#subscription = await this.#from.subscribe(
      { run: this.#run, from: 1 },
      async (event) => {
        if (this.#unsent.size >= MOST_UNSENT) await this.#allSent();
        if (this.#stopped.signal.aborted) return;
        if (!this.#known.has(event.id)) this.#send(event, fail);
        this.#position = event.position;
      },
      fail,
    );
  }

  #send({ run, kind, id, data }: StoredEvent, fail: (thrown: unknown) => void): void {
    const sent: Promise<void> = this.#to
      .publish({ run, kind, id, data })
      .then(() => undefined, fail)
      .then(() => void this.#unsent.delete(sent));
    this.#unsent.add(sent);
  }

  async #allSent(): Promise<void> {
    const { signal } = this.#stopped;
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([stopped, Promise.all(this.#unsent)]);
  }
}
