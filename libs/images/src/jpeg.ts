import jpeg from 'jpeg-js';
import { unreadable } from './png.js';
import type { Raster } from './raster.js';

/**
 * Reads a JPEG as RGB of 8 bits.
 *
 * @param subject what errors call it: the file's path
 * @throws TaskweaveError DATA_INVALID when it is no JPEG, or truncated
 */
export function decodeJpeg(bytes: Uint8Array, subject: string): Raster {
  try {
    const { width, height, data } = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
    });
    return { width, height, channels: 3, data };
  } catch (error) {
    throw unreadable('JPEG', subject, error);
  }
}
