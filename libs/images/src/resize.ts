import { raster, type Raster } from './raster.js';

/** What a pixel of the new axis is made of: this many pixels of the old one from `first` on, with weights of sum 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** Triangles around pixel centres, as wide as a pixel of the coarser of the two axes. */
function taps(from: number, to: number): Taps[] {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, pixel) => {
    const centre = (pixel + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, i) =>
      Math.max(0, 1 - Math.abs(first + i - centre) / reach),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}

/**
 * The same picture in another size: bilinear, and where it shrinks the mean over what falls into a pixel, so that
 * nothing is skipped. Edges of pixels lie on edges of pixels. Keeps channels and bits.
 *
 * @param width 1 or more
 * @param height 1 or more
 */
export function resize(picture: Raster, width: number, height: number): Raster {
  if (picture.width === width && picture.height === height) return picture;
  const { channels, data } = picture;
  const columns = taps(picture.width, width);
  const narrowed = new Float32Array(picture.height * width * channels);
  for (let y = 0, to = 0; y < picture.height; y++) {
    for (const { first, weights } of columns) {
      for (let c = 0; c < channels; c++, to++) {
        let from = (y * picture.width + first) * channels + c;
        for (const weight of weights) {
          narrowed[to]! += weight * data[from]!;
          from += channels;
        }
      }
    }
  }
  const rowLength = width * channels;
  const result =
    data instanceof Uint16Array ? new Uint16Array(height * rowLength) : raster(width, height, channels).data;
  taps(picture.height, height).forEach(({ first, weights }, y) => {
    for (let i = 0; i < rowLength; i++) {
      let value = 0;
      weights.forEach((weight, row) => (value += weight * narrowed[(first + row) * rowLength + i]!));
      result[y * rowLength + i] = Math.round(value);
    }
  });
  return { width, height, channels, data: result };
}
