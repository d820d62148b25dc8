/**
 * A few of a sequence whose length is not known, spread evenly over it: the same ones whenever it is gone through. Holds
 * at most twice as many as are wanted.
 */
export class SpreadSample<T> {
  readonly #wanted: number;
  #held: T[] = [];
  /** Every so manieth is held. */
  #stride = 1;
  #seen = 0;

  /** @param wanted 0 or more */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** @param make called if the next one of the sequence is held for now */
  offer(make: () => T): void {
    if (this.#wanted === 0 || this.#seen++ % this.#stride !== 0) return;
    this.#held.push(make());
    if (this.#held.length < 2 * this.#wanted) return;
    this.#held = this.#held.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** In the order of the sequence; fewer than wanted of a shorter one. */
  get items(): T[] {
    const count = Math.min(this.#wanted, this.#held.length);
    return Array.from({ length: count }, (_, i) => this.#held[Math.floor((i * this.#held.length) / count)]!);
  }
}
