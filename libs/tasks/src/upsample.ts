import { tf, type HostTensor, type Tensor } from '@taskweave/engine';

/**
 * A map at a network's output stride brought to the size of the labels: bilinear, corners on corners, as MTL-NAS
 * (CVPR 2020) does for losses and metrics alike.
 *
 * @param map [batch, h, w, channels]
 * @returns [batch, height, width, channels]
 */
export function upsample(map: Tensor, height: number, width: number): Tensor {
  return tf.image.resizeBilinear(map as tf.Tensor4D, [height, width], true);
}

interface Tap {
  /** Rows or columns of the map between which a pixel lies. */
  readonly low: number;
  readonly high: number;
  /** Weight of `high`, 0..1. */
  readonly fraction: number;
}

/** Where the pixels of an axis lie on the map. */
function taps(from: number, to: number): Tap[] {
  const scale = to > 1 ? (from - 1) / (to - 1) : 0;
  return Array.from({ length: to }, (_, pixel) => {
    const position = pixel * scale;
    const low = Math.floor(position);
    return { low, high: Math.min(low + 1, from - 1), fraction: position - low };
  });
}

/**
 * {@link upsample} in host memory, pixel by pixel: a map of many classes is too large to be made as a whole.
 *
 * @param visit called for every pixel, in row-major order, with its number in the batch and its vector; the vector is
 *   reused from pixel to pixel
 */
export function forEachUpsampled(
  { data, shape }: HostTensor,
  height: number,
  width: number,
  visit: (pixel: number, vector: Float64Array) => void,
): void {
  const [batch, fromHeight, fromWidth, channels] = shape as [number, number, number, number];
  const rows = taps(fromHeight, height);
  const columns = taps(fromWidth, width);
  const vector = new Float64Array(channels);
  let pixel = 0;
  for (let image = 0; image < batch; image++) {
    const start = (row: number, column: number): number =>
      ((image * fromHeight + row) * fromWidth + column) * channels;
    for (const row of rows) {
      for (const column of columns) {
        const [topLeft, topRight] = [start(row.low, column.low), start(row.low, column.high)];
        const [bottomLeft, bottomRight] = [start(row.high, column.low), start(row.high, column.high)];
        for (let c = 0; c < channels; c++) {
          const top = mix(data[topLeft + c]!, data[topRight + c]!, column.fraction);
          const bottom = mix(data[bottomLeft + c]!, data[bottomRight + c]!, column.fraction);
          vector[c] = mix(top, bottom, row.fraction);
        }
        visit(pixel++, vector);
      }
    }
  }
}

function mix(a: number, b: number, fraction: number): number {
  return a + (b - a) * fraction;
}
