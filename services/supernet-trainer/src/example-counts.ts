/**
 * How many examples each trainer has seen since the last average: what its weights count for in the next one. Every
 * trainer knows the counts of all, as batches are divided by a rule (see `Shard` of the data sets).
 */
export class ExampleCounts {
  readonly #counts = new Map<string, number>();

  /** @param names who shared the batch, in the order in which it was divided */
  add(batchExamples: number, names: readonly string[]): void {
    const [least, larger] = [Math.floor(batchExamples / names.length), batchExamples % names.length];
    for (const [index, name] of names.entries()) {
      const examples = index < larger ? least + 1 : least;
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + examples);
    }
  }

  /**
   * What a member's values are multiplied by so that the plain mean over members is the one weighted by examples:
   * 1 where all have seen the same number.
   *
   * @param names the members of the average
   */
  factor(name: string, names: readonly string[]): number {
    const total = names.reduce((sum, other) => sum + this.#of(other), 0);
    return total === 0 ? 1 : (this.#of(name) * names.length) / total;
  }

  clear(): void {
    this.#counts.clear();
  }

  #of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
