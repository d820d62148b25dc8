import type { Raster } from '@taskweave/images';

/** How pixels become a network's input: (value - mean) / deviation, with values from 0 to 255. */
export interface InputScale {
  /** One number per channel, or one for all. */
  readonly mean: readonly number[];
  /** One number per channel, or one for all; none is 0. */
  readonly deviation: readonly number[];
}

/** Black is 0 and white is 1. */
export const UNIT_SCALE: InputScale = { mean: [0], deviation: [255] };

/**
 * The input that a picture of 8 bits is to a network, in the order of its pixels.
 *
 * @returns width x height x channels numbers
 */
export function toInput({ data, channels }: Raster, { mean, deviation }: InputScale): Float32Array {
  const input = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const c = i % channels;
    input[i] = (data[i]! - mean[c % mean.length]!) / deviation[c % deviation.length]!;
  }
  return input;
}
