import { raster, type Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { forEachUpsampled } from '../upsample.js';
import type { Rgb } from './colour.js';

/** The numbers of a pixel. */
export type Vector = Float32Array | Float64Array | Int32Array;

/** One example of a batch as a batch of one; no copy is made. */
export function exampleOf({ dtype, shape, data }: HostTensor, example: number): HostTensor {
  const size = data.length / shape[0]!;
  return {
    dtype,
    shape: [1, ...shape.slice(1)],
    data: data.subarray(example * size, (example + 1) * size),
  };
}

/**
 * A picture of a label with `size` numbers per pixel.
 *
 * @param label [1, height, width] or [1, height, width, size]
 * @param colourOf of a pixel's numbers; the array is reused from pixel to pixel
 */
export function paintLabel({ shape, data }: HostTensor, colourOf: (vector: Vector) => Rgb): Raster {
  const [, height, width, size = 1] = shape as [number, number, number, number?];
  const picture = raster(width, height, 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    picture.data.set(colourOf(data.subarray(pixel * size, (pixel + 1) * size)), 3 * pixel);
  }
  return picture;
}

/**
 * A picture of a network's output, brought to the size of its label as losses and metrics do.
 *
 * @param output [1, h, w, channels]
 * @param colourOf of a pixel's channels; the array is reused from pixel to pixel
 */
export function paintOutput(
  output: HostTensor,
  [height, width]: readonly [number, number],
  colourOf: (vector: Vector) => Rgb,
): Raster {
  const picture = raster(width, height, 3);
  forEachUpsampled(output, height, width, (pixel, vector) => picture.data.set(colourOf(vector), 3 * pixel));
  return picture;
}
