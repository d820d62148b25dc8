/** Evaluates checkpoints one after the other, in the order they were written, beside the training. */
export class EvaluationQueue {
  readonly #evaluate: (folder: string, step: number) => Promise<void>;
  readonly #onFailure: (thrown: unknown) => void;
  readonly #pending = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  /** @param onFailure told once; what is still waiting is then left out */
  constructor(
    evaluate: (folder: string, step: number) => Promise<void>,
    onFailure: (thrown: unknown) => void,
  ) {
    this.#evaluate = evaluate;
    this.#onFailure = onFailure;
  }

  /** Checkpoint folders that are still needed. */
  get pending(): ReadonlySet<string> {
    return this.#pending;
  }

  push(folder: string, step: number): void {
    this.#pending.add(folder);
    this.#last = this.#last.then(async () => {
      await this.#evaluate(folder, step);
      this.#pending.delete(folder);
    });
    this.#last.catch(this.#onFailure);
  }

  /** Resolves when everything is evaluated; rejects with the first failure. */
  idle(): Promise<void> {
    return this.#last;
  }
}
