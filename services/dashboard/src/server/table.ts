/** Rows of numbers by name, each at a step. A column that a row does not name has no value there. */
export class Table {
  readonly #steps: number[] = [];
  readonly #columns = new Map<string, number[]>();

  get rows(): number {
    return this.#steps.length;
  }

  /** Step of every row, in the order in which rows were added; need not ascend. */
  get steps(): readonly number[] {
    return this.#steps;
  }

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** Greatest step, or -1. */
  get last(): number {
    return this.#last;
  }
  #last = -1;

  /** Values of a column, NaN where there is none; shorter than the table when its last rows have none. */
  column(name: string): readonly number[] {
    return this.#columns.get(name) ?? [];
  }

  add(step: number, values: Iterable<readonly [string, number]>): void {
    const row = this.#steps.length;
    this.#steps.push(step);
    this.#last = Math.max(this.#last, step);
    for (const [name, value] of values) {
      let column = this.#columns.get(name);
      if (column === undefined) this.#columns.set(name, (column = []));
      while (column.length < row) column.push(NaN);
      column[row] = value;
    }
  }

  /** The last value of every column that has one in the last row. */
  latest(): Record<string, number> {
    const row = this.#steps.length - 1;
    return Object.fromEntries(
      [...this.#columns].flatMap(([name, column]) =>
        Number.isFinite(column[row]) ? [[name, column[row]!]] : [],
      ),
    );
  }

  clear(): void {
    this.#steps.length = 0;
    this.#columns.clear();
    this.#last = -1;
  }
}
