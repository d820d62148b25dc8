/** Memory of processes at one moment. */
export interface Sample {
  /** Steps done. */
  readonly step: number;
  /** Resident bytes by process. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** How the memory of one process went. */
export interface Growth {
  readonly process: string;
  /** Resident bytes, median of the samples just after the warm-up. */
  readonly first: number;
  /** Median of the last samples. */
  readonly last: number;
  /** last / first - 1. */
  readonly growth: number;
}

/** Share of the samples that are warm-up. */
const WARM_UP = 0.2;
/** Share of the samples after the warm-up that a median is taken of, at either end. */
const WINDOW = 0.2;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Compares what processes take at the end with what they took after the warm-up; those that are in every sample since. */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const window = Math.max(1, Math.floor(warm.length * WINDOW));
  const names = Object.keys(warm[0]?.bytes ?? {}).filter((name) => warm.every(({ bytes }) => name in bytes));
  return names.map((process) => {
    const series = warm.map(({ bytes }) => bytes[process]!);
    const [first, last] = [median(series.slice(0, window)), median(series.slice(-window))];
    return { process, first, last, growth: last / first - 1 };
  });
}
