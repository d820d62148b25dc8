import type { EvaluationTimes } from '@taskweave/spec';

/**
 * Hands on what evaluations found in the order of their steps, whichever evaluator is done first: a reader of event files
 * takes a step that is smaller than the one before for a restart, and drops what is after it.
 */
export class InOrder<T> {
  readonly #times: EvaluationTimes;
  readonly #hand: (step: number, item: T) => void;
  readonly #held = new Map<number, T | undefined>();
  #next: number;

  /** @param hand called for each item in turn */
  constructor(times: EvaluationTimes, hand: (step: number, item: T) => void) {
    this.#times = times;
    this.#hand = hand;
    this.#next = this.#after(0);
  }

  /**
   * Takes an item, and hands on all that were waiting for it.
   *
   * @param step steps done; one that was taken before is handed on at once
   * @param item undefined: of an earlier session, which is only not waited for
   */
  take(step: number, item: T | undefined): void {
    if (step < this.#next) {
      if (item !== undefined) this.#hand(step, item);
      return;
    }
    this.#held.set(step, item);
    while (this.#held.has(this.#next)) {
      this.#release(this.#next);
      this.#next = this.#after(this.#next);
    }
  }

  /** Hands on what still waits. */
  end(): void {
    for (const step of [...this.#held.keys()].sort((a, b) => a - b)) this.#release(step);
  }

  #release(step: number): void {
    const item = this.#held.get(step);
    this.#held.delete(step);
    if (item !== undefined) this.#hand(step, item);
  }

  /** When the next evaluation after so many steps is. */
  #after(step: number): number {
    const { steps, evaluation } = this.#times;
    if (step >= steps) return Infinity;
    return evaluation.every === 0
      ? steps
      : Math.min(steps, (Math.floor(step / evaluation.every) + 1) * evaluation.every);
  }
}
