/**
 * Hands items to a handler one after the other, in order, until it is stopped or the handler throws.
 *
 * @param onFailure told once
 */
export class SerialHandler<Item> {
  readonly #handler: (item: Item) => void | Promise<void>;
  readonly #onFailure: (thrown: unknown) => void;
  readonly #waiting: Item[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(handler: (item: Item) => void | Promise<void>, onFailure: (thrown: unknown) => void) {
    this.#handler = handler;
    this.#onFailure = onFailure;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  push(item: Item): void {
    if (this.#stopped) return;
    this.#waiting.push(item);
    this.#running ??= this.#run();
  }

  /** Ends it for a reason from outside. */
  fail(thrown: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#onFailure(thrown);
  }

  /** Nothing is handed out any more; resolves when the handler is done with what it has. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Resolves when everything was handed out, or handing out has ended. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Handlers never run inside the call that caused them.
    await Promise.resolve();
    try {
      while (!this.#stopped) {
        const item = this.#waiting.shift();
        if (item === undefined) return;
        await this.#handler(item);
      }
    } catch (thrown) {
      this.fail(thrown);
    } finally {
      this.#running = undefined;
    }
  }
}
