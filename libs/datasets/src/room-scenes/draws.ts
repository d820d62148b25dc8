import { randomStream, type RandomStream } from '@taskweave/common';

/** Random choices one after another, in an order that the code fixes: a pure function of seed, stream and step. */
export class Draws {
  readonly #stream: RandomStream;
  #next = 0;

  constructor(seed: number, stream: string, step: number) {
    this.#stream = randomStream(seed, stream, step);
  }

  /** Uniform between `low` and `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.#stream.uniform(this.#next++);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.#stream.uniform(this.#next++) < probability;
  }

  /** An integer, `low` <= result <= `high`. */
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)]!;
  }

  /** 32 random bits. */
  bits(): number {
    return this.#stream.uint32(this.#next++);
  }
}
