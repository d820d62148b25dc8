import type { ShownScore } from '../../api/types.js';

/** A score with its unit: `98.20 %`, `24.63°`, `0.3512 m`, or the plain number. */
export function formatScore({ value, unit }: Pick<ShownScore, 'value' | 'unit'>): string {
  switch (unit) {
    case 'share':
      return `${(100 * value).toFixed(2)} %`;
    case 'degrees':
      return `${value.toFixed(2)}°`;
    case 'metres':
      return `${value.toPrecision(4)} m`;
    case 'none':
      return value.toPrecision(4);
  }
}

/** Four digits, or as many as a whole number has. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}

/** `9999`, `12.3 k`, `4.56 M`. */
export function formatCount(count: number): string {
  if (count < 1e4) return String(count);
  const [divisor, unit] = count >= 1e9 ? [1e9, 'G'] : count >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
  return `${(count / divisor).toPrecision(3)} ${unit}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const [divisor, unit] =
    bytes >= 1024 ** 3 ? [1024 ** 3, 'GiB'] : bytes >= 1024 ** 2 ? [1024 ** 2, 'MiB'] : [1024, 'KiB'];
  return `${(bytes / divisor).toPrecision(3)} ${unit}`;
}

/** `0:09`, `1:12` or `2:03:05`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Seconds as people read them: `12.3 ms`, `1.42 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${(seconds * 1e6).toPrecision(3)} µs`;
  return seconds < 1 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
}

/** Day and time of this machine. */
export function formatTime(time: number | string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
