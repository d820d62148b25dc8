import { tf } from '../tf.js';

/**
 * Softmax cross-entropy, −log softmax(logits)[label], averaged over the labels that count. Where none does, it is 0
 * and so is its gradient.
 *
 * @param logits [..., classes]
 * @param labels int32 [...], 0..classes − 1 or `ignore`
 * @param ignore the label of elements that do not count, e.g. 255 or -1
 * @returns a scalar
 */
export function maskedCrossEntropy(logits: tf.Tensor, labels: tf.Tensor, ignore: number): tf.Scalar {
  return tf.tidy(() => {
    const classes = logits.shape.at(-1)!;
    const counts = tf.cast(tf.notEqual(labels, tf.scalar(ignore, 'int32')), 'float32');
    const hits = tf.oneHot(labels as tf.Tensor1D, classes, 1, 0, 'float32');
    const logProbability = tf.sum(tf.mul(tf.logSoftmax(logits), hits), -1);
    const total = tf.sum(tf.mul(logProbability, counts));
    return tf.neg(tf.div(total, tf.maximum(tf.sum(counts), 1)));
  });
}
