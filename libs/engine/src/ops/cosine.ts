import { tf } from '../tf.js';

const SMALLEST = 1e-8;

/**
 * Cosine of the angle between vectors: p·q / max(|p||q|, 1e-8). Zero vectors give 0, and the gradient is finite
 * everywhere.
 *
 * @param p vectors along the last axis
 * @param q the same shape
 * @returns the shape without its last axis, -1..1
 */
export function cosineSimilarity(p: tf.Tensor, q: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const squares = tf.mul(tf.sum(tf.square(p), -1), tf.sum(tf.square(q), -1));
    // The maximum comes before the root, whose slope at 0 is infinite.
    return tf.div(tf.sum(tf.mul(p, q), -1), tf.sqrt(tf.maximum(squares, SMALLEST ** 2)));
  });
}
