import { cosineSimilarity, tf, type Tensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import { upsample } from '../upsample.js';

/**
 * One minus the mean cosine between predicted and true directions, over pixels that have a label; where none has, 0
 * with gradient 0. Predictions need no unit length.
 *
 * @param predicted [batch, h, w, 3], brought to the size of the labels
 * @param label float32 [batch, height, width, 3]; a pixel with 255 in every channel has no label
 * @returns a scalar, 0..2
 */
export function cosineLoss(predicted: Tensor, label: Tensor): Tensor {
  const [, height, width] = label.shape as [number, number, number, number];
  const cosine = cosineSimilarity(upsample(predicted, height, width), label);
  const channelsWithout = tf.sum(tf.cast(tf.equal(label, IGNORED), 'float32'), 3);
  const labelled = tf.cast(tf.less(channelsWithout, label.shape[3]!), 'float32');
  // Missing over counted pixels is 1 - mean, and 0 without any.
  const missing = tf.sum(tf.mul(tf.sub(1, cosine), labelled));
  return tf.div(missing, tf.maximum(tf.sum(labelled), 1));
}
