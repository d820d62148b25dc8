import { relative } from 'node:path';

/** A path as the user would type it: from the current folder, if it is in there. */
export function shownPath(path: string): string {
  const below = relative('', path);
  return below.startsWith('..') ? path : below;
}

/** `0:09`, `1:12` or `2:03:05`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `9999`, `12.3 k`, `4.56 M`: three significant digits from 10,000 on. */
export function formatCount(count: number): string {
  const [divisor, unit] =
    count >= 1e9 ? [1e9, ' G'] : count >= 1e6 ? [1e6, ' M'] : count >= 1e4 ? [1e3, ' k'] : [1, ''];
  return divisor === 1 ? String(count) : `${(count / divisor).toPrecision(3)}${unit}`;
}

/** Columns of text, the first flush left and the others flush right. */
export function formatTable(rows: readonly (readonly string[])[], gap = '   '): string {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join(gap)
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
