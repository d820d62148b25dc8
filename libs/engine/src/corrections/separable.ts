import type { Matrix } from '../axis-matrix.js';
import { tf } from '../tfjs.js';

const tensor = ({ rows, columns, data }: Matrix): tf.Tensor2D => tf.tensor2d([...data], [rows, columns]);

/**
 * `rows`ᵀ · image · `columns` for every image and channel: the gradient of a map that is linear and separable.
 *
 * @param dy [batch, rows.rows, columns.rows, channels]
 * @returns [batch, rows.columns, columns.columns, channels]
 */
export function transposedSeparable(dy: tf.Tensor4D, rows: Matrix, columns: Matrix): tf.Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  return tf.tidy(() => {
    const images = tf.reshape(tf.transpose(dy, [0, 3, 1, 2]), [batch * channels * height, width]);
    const wide = tf.reshape(tf.matMul(images, tensor(columns)), [batch * channels, height, columns.columns]);
    const turned = tf.reshape(tf.transpose(wide, [0, 2, 1]), [batch * channels * columns.columns, height]);
    const high = tf.matMul(turned, tensor(rows));
    const images4D = tf.reshape(high, [batch, channels, columns.columns, rows.columns]);
    return tf.transpose(images4D, [0, 3, 2, 1]) as tf.Tensor4D;
  });
}
