import { signal } from '@preact/signals';

/** Counts changes between light and dark, for what is drawn on a canvas. */
export const theme = signal(0);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => theme.value++);

/** The value of a custom property of the page, e.g. `--ink`, now. */
export function themeColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Hues as far apart as they go on light as well as dark; further ones begin again. */
const SERIES = 8;

/** Colour of a curve, direction or run by its number, as a custom property. */
export function seriesColor(index: number): string {
  return `--series-${(index % SERIES) + 1}`;
}

/** A colour of the page with another opacity, 0..1. */
export function faint(color: string, opacity: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(100 * opacity)}%, transparent)`;
}

/** Red, green and blue of a colour like `#1f6fd1`, 0..255 each. */
export function rgb(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
