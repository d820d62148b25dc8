/** The middle value, or the mean of the two middle ones; NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** Median and minimum of times in milliseconds. */
export interface Timing {
  readonly medianMs: number;
  readonly minimumMs: number;
}

export function timing(milliseconds: readonly number[]): Timing {
  return { medianMs: median(milliseconds), minimumMs: Math.min(...milliseconds) };
}
