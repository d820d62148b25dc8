import type { SeriesAnswer, SeriesColumn } from '../../api/types.js';

/** Where a tail that continues series has to begin: with the last point, which may have grown. */
export function tailStart({ x, size }: SeriesAnswer): number {
  const last = x.at(-1);
  return last === undefined ? 0 : Math.floor(last / size) * size;
}

/** Series with their last point replaced, and continued, by a tail that was asked for from {@link tailStart} on. */
export function withTail(series: SeriesAnswer, tail: SeriesAnswer): SeriesAnswer {
  const start = tailStart(series);
  const kept = series.x.findIndex((x) => x >= start);
  const count = kept < 0 ? series.x.length : kept;
  const columns = tail.columns;
  const join = (name: string): SeriesColumn => {
    const [before, after] = [series.series[name], tail.series[name]];
    const missing = (length: number): null[] => Array.from({ length }, () => null);
    const of = (column: SeriesColumn | undefined, part: 'mean' | 'low' | 'high', length: number) =>
      column === undefined ? missing(length) : (column[part] ?? column.mean);
    const both = (part: 'mean' | 'low' | 'high') => [
      ...of(before, part, count).slice(0, count),
      ...of(after, part, tail.x.length),
    ];
    const spread = before?.low !== undefined || after?.low !== undefined;
    return spread ? { mean: both('mean'), low: both('low'), high: both('high') } : { mean: both('mean') };
  };
  return {
    ...tail,
    x: [...series.x.slice(0, count), ...tail.x],
    series: Object.fromEntries(columns.map((name) => [name, join(name)])),
  };
}
