/** Values of one column in each bucket; those that are not finite are left out. */
interface Column {
  readonly found: number[];
  readonly sums: number[];
  readonly lows: number[];
  readonly highs: number[];
}

/** More than a picture of a whole run shows, and few enough to keep of many runs. */
const MOST_BUCKETS = 16_384;

/**
 * Rows of numbers by name, each at a step. A long run has more rows than should be in memory, so what is kept are buckets of
 * as many steps each as it takes to have no more than 16,384: of every column the sum, the least and the greatest value.
 */
export class Table {
  /** Steps to a bucket, a power of two; buckets start at multiples of it. */
  #size = 1;
  #rows = 0;
  #last = -1;
  /** Rows by bucket, and the sum of their steps. */
  readonly #members: number[] = [];
  readonly #steps: number[] = [];
  readonly #columns = new Map<string, Column>();
  #latest: [string, number][] = [];

  /** How many were added. */
  get rows(): number {
    return this.#rows;
  }

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** Greatest step, or -1. */
  get last(): number {
    return this.#last;
  }

  /** Steps to a bucket. */
  get size(): number {
    return this.#size;
  }

  /** Rows by bucket. */
  get members(): readonly number[] {
    return this.#members;
  }

  /** Sum of the steps of the rows of each bucket. */
  get steps(): readonly number[] {
    return this.#steps;
  }

  /** By bucket; 0 values, or none at all, in buckets whose rows do not name the column. */
  column(name: string): Readonly<Column> | undefined {
    return this.#columns.get(name);
  }

  /** @param step an integer >= 0; steps need not ascend */
  add(step: number, values: Iterable<readonly [string, number]>): void {
    this.#rows++;
    this.#last = Math.max(this.#last, step);
    while (Math.floor(step / this.#size) >= MOST_BUCKETS) this.#coarsen();
    const bucket = Math.floor(step / this.#size);
    addTo(this.#members, bucket, 1);
    addTo(this.#steps, bucket, step);
    this.#latest = [];
    for (const [name, value] of values) {
      let column = this.#columns.get(name);
      if (column === undefined) this.#columns.set(name, (column = emptyColumn()));
      if (!Number.isFinite(value)) continue;
      this.#latest.push([name, value]);
      addTo(column.found, bucket, 1);
      addTo(column.sums, bucket, value);
      lower(column.lows, bucket, value);
      raise(column.highs, bucket, value);
    }
  }

  /** The values of the last row. */
  latest(): Record<string, number> {
    return Object.fromEntries(this.#latest);
  }

  clear(): void {
    this.#size = 1;
    this.#rows = 0;
    this.#last = -1;
    this.#members.length = 0;
    this.#steps.length = 0;
    this.#columns.clear();
    this.#latest = [];
  }

  /** Makes one bucket of every two. */
  #coarsen(): void {
    this.#size *= 2;
    halve(this.#members, (a, b) => a + b);
    halve(this.#steps, (a, b) => a + b);
    for (const { found, sums, lows, highs } of this.#columns.values()) {
      halve(found, (a, b) => a + b);
      halve(sums, (a, b) => a + b);
      halve(lows, Math.min, Infinity);
      halve(highs, Math.max, -Infinity);
    }
  }
}

const emptyColumn = (): Column => ({ found: [], sums: [], lows: [], highs: [] });

/** Makes room: arrays have no holes, which would be slow. */
function reach(values: number[], bucket: number, filler: number): void {
  while (values.length <= bucket) values.push(filler);
}

function addTo(values: number[], bucket: number, value: number): void {
  reach(values, bucket, 0);
  values[bucket]! += value;
}

function lower(values: number[], bucket: number, value: number): void {
  reach(values, bucket, Infinity);
  if (value < values[bucket]!) values[bucket] = value;
}

function raise(values: number[], bucket: number, value: number): void {
  reach(values, bucket, -Infinity);
  if (value > values[bucket]!) values[bucket] = value;
}

function halve(values: number[], join: (a: number, b: number) => number, filler = 0): void {
  const { length } = values;
  for (let i = 0; 2 * i < length; i++) values[i] = join(values[2 * i]!, values[2 * i + 1] ?? filler);
  values.length = Math.ceil(length / 2);
}
