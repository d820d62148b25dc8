/** What is known of a number from several runs. */
export interface Summary {
  /** How many values. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (divided by n - 1); absent for a single value. */
  readonly deviation?: number;
}

/** Mean and sample standard deviation of at least one value. Equal values have exactly that mean, and deviation 0. */
export function summarise(values: readonly number[]): Summary {
  const n = values.length;
  const first = values[0]!;
  // Around the first value: sums of differences keep the digits that sums of the values themselves would lose.
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / n;
  if (n < 2) return { n, mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, deviation: Math.sqrt(squares / (n - 1)) };
}

/** A number that a run with some seed gave. */
export interface SeededValue {
  readonly seed: number;
  readonly value: number;
}

function meanBySeed(values: readonly SeededValue[]): Map<number, number> {
  const seeds = new Set(values.map(({ seed }) => seed));
  return new Map(
    [...seeds].map((seed) => {
      const own = values.filter((one) => one.seed === seed).map(({ value }) => value);
      return [seed, summarise(own).mean];
    }),
  );
}

/**
 * Differences `values - reference` of the runs that have a seed in common, ordered by seed. Runs of one seed see the
 * same data and start from the same weights, so their difference spreads less than the runs themselves.
 */
export function pairedDifferences(
  values: readonly SeededValue[],
  reference: readonly SeededValue[],
): number[] {
  const [own, other] = [meanBySeed(values), meanBySeed(reference)];
  return [...own.keys()]
    .filter((seed) => other.has(seed))
    .sort((a, b) => a - b)
    .map((seed) => own.get(seed)! - other.get(seed)!);
}

/** {@link summarise}; `undefined` for no values. */
export function summariseAny(values: readonly number[]): Summary | undefined {
  return values.length === 0 ? undefined : summarise(values);
}
