/** How many numbers fall where. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Upper ends of the buckets, ascending; a number at an end belongs to the bucket below it. */
  readonly limits: readonly number[];
  /** Numbers in each bucket. */
  readonly counts: readonly number[];
}

/** Enough to tell decided gates from undecided ones. */
const BUCKETS = 20;

/**
 * The histogram of numbers in buckets of equal width from 0 to 1.
 *
 * @param numbers each from 0 to 1, at least one
 */
export function histogramOfShares(numbers: readonly number[]): Histogram {
  const counts = new Array<number>(BUCKETS).fill(0);
  let [sum, sumOfSquares] = [0, 0];
  for (const number of numbers) {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(number * BUCKETS) - 1));
    counts[bucket]!++;
    sum += number;
    sumOfSquares += number * number;
  }
  return {
    min: Math.min(...numbers),
    max: Math.max(...numbers),
    count: numbers.length,
    sum,
    sumOfSquares,
    limits: counts.map((_, i) => (i + 1) / BUCKETS),
    counts,
  };
}
