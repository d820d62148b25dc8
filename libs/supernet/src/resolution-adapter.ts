import { tf, type Tensor } from '@taskweave/engine';

/** Windows along one axis that cover it evenly: `count` of them, `stride` apart, each `size` long, none beyond the end. */
interface Windows {
  readonly size: number;
  readonly stride: number;
}

function coveringWindows(length: number, count: number): Windows {
  const stride = Math.floor(length / count);
  return { size: length - (count - 1) * stride, stride };
}

/** Whether the windows share little: otherwise a mean over them would blur more than the change of size asks for. */
const overlapsLittle = ({ size, stride }: Windows): boolean => size < 2 * stride;

/**
 * Brings a source's features to the resolution of the fusion that takes them, which crosses blocks: unchanged where both
 * have one size; the mean over each cell's window where the source is larger by about a whole factor (stages before a
 * pool, or before a strided convolution); otherwise bilinear with corners aligned, as for predictions. Without
 * parameters, so that an edge costs its slice of the fusion's kernel only.
 *
 * @param x [batch, h, w, c]
 * @returns [batch, height, width, c]
 */
export function adaptResolution(x: Tensor, height: number, width: number): Tensor {
  const [, h, w] = x.shape as [number, number, number, number];
  if (h === height && w === width) return x;
  const [rows, columns] = [coveringWindows(h, height), coveringWindows(w, width)];
  return h >= height && w >= width && overlapsLittle(rows) && overlapsLittle(columns)
    ? tf.avgPool(x as tf.Tensor4D, [rows.size, columns.size], [rows.stride, columns.stride], 'valid')
    : tf.image.resizeBilinear(x as tf.Tensor4D, [height, width], true);
}
