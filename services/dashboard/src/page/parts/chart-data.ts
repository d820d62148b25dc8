/** A curve of a chart. */
export interface Line {
  /** Unique within its chart. */
  readonly label: string;
  readonly x: readonly number[];
  readonly mean: readonly (number | null)[];
  /** Least and greatest values, where points stand for several steps. */
  readonly low?: readonly (number | null)[] | undefined;
  readonly high?: readonly (number | null)[] | undefined;
  /** What was measured, drawn faintly, where the line itself is smoothed. */
  readonly raw?: readonly (number | null)[];
  /** A custom property, e.g. `--series-1`. */
  readonly color: string;
  readonly dash?: boolean;
  /** What it is about at each point, where it is drawn on top of others. */
  readonly own?: readonly (number | null)[];
  /** Marks its points, as they are few. */
  readonly points?: boolean;
}

type Column = (number | null | undefined)[];

export interface Aligned {
  readonly x: number[];
  /** For each line its mean, least and greatest values. */
  readonly columns: {
    readonly mean: Column;
    readonly low?: Column;
    readonly high?: Column;
    readonly raw?: Column;
  }[];
}

/** All lines over the same steps; undefined where a line has no point, null where it has one without a value. */
export function align(lines: readonly Line[], log: boolean): Aligned {
  const x = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  const place = new Map(x.map((step, index) => [step, index]));
  const spread = (line: Line, values: readonly (number | null)[]): Column => {
    const column: Column = Array.from({ length: x.length }, () => undefined);
    line.x.forEach((step, i) => {
      const value = values[i] ?? null;
      column[place.get(step)!] = log && value !== null && value <= 0 ? null : value;
    });
    return column;
  };
  return {
    x,
    columns: lines.map((line) => ({
      mean: spread(line, line.mean),
      ...(line.raw !== undefined && { raw: spread(line, line.raw) }),
      ...(line.low !== undefined &&
        line.high !== undefined && { low: spread(line, line.low), high: spread(line, line.high) }),
    })),
  };
}

/** The last value of a line that has any. */
export function lastValue(line: Line): number | undefined {
  const values = line.own ?? line.mean;
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}

/** Value of a line at the last of its points that is not after a step. */
export function valueAt(line: Line, step: number): number | undefined {
  const values = line.own ?? line.mean;
  for (let i = line.x.length - 1; i >= 0; i--) {
    const value = values[i];
    if (line.x[i]! <= step && value !== null && value !== undefined) return value;
  }
  return undefined;
}

/**
 * A line as an exponential moving average over its points, corrected for its beginning (Kingma and Ba, 2015, section 3), with what
 * it was before drawn faintly.
 *
 * @param weight of what came before, 0 (as it is) to below 1
 */
export function smoothed(line: Line, weight: number): Line {
  if (weight === 0 || line.points === true) return line;
  let [average, correction] = [0, 1];
  const mean = line.mean.map((value) => {
    if (value === null) return null;
    average = weight * average + (1 - weight) * value;
    correction *= weight;
    return average / (1 - correction);
  });
  return { ...line, mean, raw: line.mean };
}
