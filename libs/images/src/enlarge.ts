import { raster, type Raster } from './raster.js';

/**
 * The same picture with every pixel as a square, so that small pictures can be looked at. 8 bits only.
 *
 * @param factor side of the squares, a whole number from 1
 */
export function enlarge(picture: Raster, factor: number): Raster {
  if (factor === 1) return picture;
  const { width, height, channels, data } = picture;
  const result = raster(width * factor, height * factor, channels);
  for (let y = 0, to = 0; y < result.height; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < result.width; x++, to += channels) {
      const from = (row + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++) result.data[to + c] = data[from + c]!;
    }
  }
  return result;
}
