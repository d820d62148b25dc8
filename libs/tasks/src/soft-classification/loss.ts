import { tf, type Tensor } from '@taskweave/engine';

/**
 * Mean squared error between softmax(logits) and the target, over classes and examples, as MTL-NAS (CVPR 2020) trains
 * on Taskonomy's distilled labels.
 *
 * @param logits [batch, classes]
 * @param target float32 [batch, classes], rows that sum to 1
 * @returns a scalar, 0..2/classes
 */
export function probabilityError(logits: Tensor, target: Tensor): Tensor {
  return tf.mean(tf.square(tf.sub(tf.softmax(logits), target)));
}
