import { tf } from '../tfjs.js';

/**
 * A dilated filter is a larger one with zeros between the taps. Backends whose gradients know no dilation can be
 * given that one.
 *
 * @param filter [height, width, in, out]
 * @param dilations vertical and horizontal distance between taps
 * @returns [(height − 1)·dilation + 1, (width − 1)·dilation + 1, in, out]
 */
export function stuffed(filter: tf.Tensor4D, dilations: readonly [number, number]): tf.Tensor4D {
  const [height, width, input, output] = filter.shape;
  const [dh, dw] = dilations;
  const split = tf.reshape(filter, [height, 1, width, 1, input * output]);
  const wide = tf.pad(split, [
    [0, 0],
    [0, dh - 1],
    [0, 0],
    [0, dw - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(wide, [height * dh, width * dw, input, output]);
  return tf.slice(
    whole,
    [0, 0, 0, 0],
    [...stuffedSize(filter.shape, dilations), input, output],
  ) as tf.Tensor4D;
}

/** The taps of a filter that was {@link stuffed}. */
export function unstuffed(
  filter: tf.Tensor4D,
  shape: readonly number[],
  [dh, dw]: readonly [number, number],
): tf.Tensor4D {
  const [height, width, input, output] = shape as [number, number, number, number];
  const whole = tf.pad(filter, [
    [0, dh - 1],
    [0, dw - 1],
    [0, 0],
    [0, 0],
  ]);
  const split = tf.reshape(whole, [height, dh, width, dw, input * output]);
  const taps = tf.slice(split, [0, 0, 0, 0, 0], [height, 1, width, 1, input * output]);
  return tf.reshape(taps, [height, width, input, output]);
}

/** Height and width of a {@link stuffed} filter. */
export function stuffedSize(shape: readonly number[], [dh, dw]: readonly [number, number]): [number, number] {
  return [(shape[0]! - 1) * dh + 1, (shape[1]! - 1) * dw + 1];
}
