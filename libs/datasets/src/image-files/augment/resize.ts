import { emptyPlanes, type Planes } from '../planes.js';

/** Weights of a resize along one axis: place i of the result is a weighted mean of `count[i]` places from `first[i]`. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` to a place of the result, of which the first `count[i]` are used. */
  readonly weights: Float64Array;
  readonly most: number;
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
  const narrow = emptyPlanes(from, width, from.height);
  const columns = triangleTaps(from.width, width);
  for (let y = 0; y < from.height; y++) {
    const row = y * from.width;
    for (let x = 0, to = y * width * channels; x < width; x++) {
      for (let c = 0; c < channels; c++, to++) {
        let source = (row + columns.first[x]!) * channels + c;
        let sum = 0;
        for (let i = 0, at = x * columns.most; i < columns.count[x]!; i++, at++, source += channels)
          sum += columns.weights[at]! * from.data[source]!;
        narrow.data[to] = sum;
      }
    }
  }
  const result = emptyPlanes(from, width, height);
  const row = width * channels;
  const rows = triangleTaps(from.height, height);
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < rows.count[y]!; i++) {
      const weight = rows.weights[y * rows.most + i]!;
      let source = (rows.first[y]! + i) * row;
      for (let to = y * row; to < (y + 1) * row; to++, source++)
        result.data[to]! += weight * narrow.data[source]!;
    }
  }
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

function triangleTaps(before: number, after: number): Taps {
  const ratio = before / after;
  const reach = Math.max(1, ratio);
  const most = 2 * Math.ceil(reach) + 1;
  const taps = { first: new Int32Array(after), count: new Int32Array(after), most };
  const weights = new Float64Array(after * most);
  for (let i = 0; i < after; i++) {
    const centre = (i + 0.5) * ratio;
    const first = Math.max(0, Math.floor(centre - reach));
    const count = Math.min(before, Math.ceil(centre + reach)) - first;
    const own = weights.subarray(i * most, i * most + count);
    for (let k = 0; k < count; k++) own[k] = Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach);
    const sum = own.reduce((total, weight) => total + weight, 0);
    for (let k = 0; k < count; k++) own[k]! /= sum;
    taps.first[i] = first;
    taps.count[i] = count;
  }
  return { ...taps, weights };
}
