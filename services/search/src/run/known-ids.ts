/**
 * Ids of the events that a run has published. Those of steps, of which there are very many, are kept as a number: they come
 * one after the other from step 0 on.
 */
export class KnownIds {
  readonly #prefix: string;
  readonly #others = new Set<string>();
  #steps = 0;

  /** @param prefix what an id of a step has before its number */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  has(id: string): boolean {
    const step = this.#stepOf(id);
    return (step !== undefined && step < this.#steps) || this.#others.has(id);
  }

  add(id: string): void {
    if (this.#stepOf(id) !== this.#steps) {
      this.#others.add(id);
      return;
    }
    do this.#steps++;
    while (this.#others.delete(`${this.#prefix}${this.#steps}`));
  }

  #stepOf(id: string): number | undefined {
    if (!id.startsWith(this.#prefix)) return undefined;
    const text = id.slice(this.#prefix.length);
    return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
  }
}
