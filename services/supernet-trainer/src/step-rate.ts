/** Steps over which the rate is smoothed. */
const WINDOW = 20;

/** Steps per second over the last few steps. */
export class StepRate {
  readonly #seconds: number[] = [];

  /**
   * @param seconds wall time of the step just done
   * @returns the rate including it
   */
  add(seconds: number): number {
    this.#seconds.push(seconds);
    if (this.#seconds.length > WINDOW) this.#seconds.shift();
    return this.#seconds.length / this.#seconds.reduce((sum, one) => sum + one, 0);
  }
}
