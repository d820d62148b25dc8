import { tf, type Tensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import { upsample } from '../upsample.js';

/**
 * Rounds off the tip of the root, whose slope at 0 is infinite. A power of two, so that the root of its square is
 * itself and a loss of 0 is exactly 0.
 */
const EPSILON = 2 ** -20;

/**
 * Root of the mean squared error over pixels that have a label, in the unit of the labels: sqrt(mse + e²) - e with
 * e = 2⁻²⁰, which is less than e below the plain root and has gradient 0 where the error is 0. Where no pixel has a
 * label it is 0 with gradient 0.
 *
 * @param predicted [batch, h, w, 1], brought to the size of the labels
 * @param label float32 [batch, height, width]; 255 = no label
 * @returns a scalar
 */
export function rootMeanSquareError(predicted: Tensor, label: Tensor): Tensor {
  const [, height, width] = label.shape as [number, number, number];
  const depth = tf.squeeze(upsample(predicted, height, width), [3]);
  const labelled = tf.cast(tf.notEqual(label, IGNORED), 'float32');
  // Masked before the square: what is large enough to overflow there would come out of a mask as NaN.
  const errors = tf.mul(tf.sub(depth, label), labelled);
  const mean = tf.div(tf.sum(tf.square(errors)), tf.maximum(tf.sum(labelled), 1));
  return tf.sub(tf.sqrt(tf.add(mean, EPSILON ** 2)), EPSILON);
}
