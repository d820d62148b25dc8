import { emptyPlanes, type Planes } from '../planes.js';

/** For one row or column of the result: where its sources begin, and their weights. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Resizes by a triangle filter: bilinear interpolation when enlarging, a weighted mean over the pixels that become one
 * when making smaller. Corners of image and pixel grid coincide.
 */
export function resizeSmooth(
  from: Planes<Float32Array>,
  width: number,
  height: number,
): Planes<Float32Array> {
  if (from.width === width && from.height === height) return from;
  const { channels } = from;
  const columns = triangleTaps(from.width, width);
  const narrow = emptyPlanes(from, width, from.height);
  for (let y = 0; y < from.height; y++) {
    columns.forEach(({ first, weights }, x) => {
      const to = (y * width + x) * channels;
      weights.forEach((weight, i) => {
        const source = (y * from.width + first + i) * channels;
        for (let c = 0; c < channels; c++) narrow.data[to + c]! += weight * from.data[source + c]!;
      });
    });
  }
  const result = emptyPlanes(from, width, height);
  const row = width * channels;
  triangleTaps(from.height, height).forEach(({ first, weights }, y) => {
    weights.forEach((weight, i) => {
      const source = (first + i) * row;
      for (let k = 0; k < row; k++) result.data[y * row + k]! += weight * narrow.data[source + k]!;
    });
  });
  return result;
}

/** Resizes by taking the nearest pixel: for labels, of which there is nothing in between. */
export function resizeNearest<P extends Planes>(from: P, width: number, height: number): P {
  if (from.width === width && from.height === height) return from;
  const result = emptyPlanes(from, width, height);
  const { channels } = from;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * from.height) / height) * from.width;
    for (let x = 0; x < width; x++) {
      const source = (row + Math.floor(((x + 0.5) * from.width) / width)) * channels;
      for (let c = 0; c < channels; c++) result.data[(y * width + x) * channels + c] = from.data[source + c]!;
    }
  }
  return result;
}

function triangleTaps(before: number, after: number): Taps[] {
  const ratio = before / after;
  const reach = Math.max(1, ratio);
  return Array.from({ length: after }, (_, i) => {
    const centre = (i + 0.5) * ratio;
    const first = Math.max(0, Math.floor(centre - reach));
    const end = Math.min(before, Math.ceil(centre + reach));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
