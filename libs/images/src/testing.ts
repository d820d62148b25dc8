/** What the tests of several files have in common. */
import type { Raster } from './raster.js';

/** Pixels of one channel, row by row, as a picture of this width. */
export function greyRaster(width: number, data: readonly number[]): Raster {
  return { width, height: data.length / width, channels: 1, data: Uint8Array.from(data) };
}
