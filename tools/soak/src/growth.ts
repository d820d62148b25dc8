/** Memory of processes at one moment. */
export interface Sample {
  /** Steps done. */
  readonly step: number;
  /** Resident bytes by process. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** How the memory of one process went after the warm-up. */
export interface Growth {
  readonly process: string;
  /** Resident bytes where the trend begins, and where it ends. */
  readonly first: number;
  readonly last: number;
  /** last / first - 1. */
  readonly growth: number;
  /** Least and most resident bytes. */
  readonly range: readonly [number, number];
}

/**
 * Share of the samples that are warm-up: V8 collects the heap of a process that does little so seldom that it takes minutes
 * until it is as large as it will be.
 */
const WARM_UP = 0.5;

/**
 * The trend of what processes take, those that are in every sample since the warm-up. It is the straight line of least squares:
 * between collections memory goes up and down by more than what is looked for, so single moments say nothing.
 */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const names = Object.keys(warm[0]?.bytes ?? {}).filter((name) => warm.every(({ bytes }) => name in bytes));
  return names.map((process) => {
    const series = warm.map(({ bytes }) => bytes[process]!);
    const [first, last] = trendOf(series);
    const range = [Math.min(...series), Math.max(...series)] as const;
    return { process, first, last, growth: last / first - 1, range };
  });
}

/** Both ends of the straight line of least squares through values at equal distances. */
function trendOf(values: readonly number[]): [first: number, last: number] {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  values.forEach((value, i) => {
    covariance += (i - middle) * (value - mean);
    variance += (i - middle) ** 2;
  });
  const slope = variance === 0 ? 0 : covariance / variance;
  return [mean - slope * middle, mean + slope * middle];
}
