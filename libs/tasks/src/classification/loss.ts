import { tf, type Tensor } from '@taskweave/engine';

/**
 * Mean softmax cross-entropy in nats.
 *
 * @param logits [batch, classes]
 * @param label class numbers, int32 [batch]
 * @returns a scalar
 */
export function crossEntropy(logits: Tensor, label: Tensor): Tensor {
  const classes = logits.shape[1]!;
  const hits = tf.oneHot(label as tf.Tensor1D, classes, 1, 0, 'float32');
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), hits), 1)));
}
