import { raster, type Raster } from './raster.js';

/** Shares of red, green and blue in grey (Rec. 601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * A picture as 8 bits of grey (1) or RGB (3), whatever it was before. Opacity is left out.
 *
 * @param channels of the result
 */
export function convert(picture: Raster, channels: 1 | 3): Raster & { data: Uint8Array } {
  const { width, height, channels: before, data } = picture;
  const divisor = data instanceof Uint16Array ? 257 : 1;
  const result = raster(width, height, channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = (c: number): number => data[pixel * before + (before < 3 ? 0 : c)]! / divisor;
    if (channels === 3) {
      for (let c = 0; c < 3; c++) result.data[3 * pixel + c] = Math.round(at(c));
    } else {
      const grey = before < 3 ? at(0) : LUMA.reduce((sum, share, c) => sum + share * at(c), 0);
      result.data[pixel] = Math.round(grey);
    }
  }
  return result;
}
