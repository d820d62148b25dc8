import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/** How much a result grows per growth of the first operand, and of the second. */
type Slopes = (a: tf.Tensor, b: tf.Tensor) => [a: () => tf.Tensor, b: () => tf.Tensor];

/**
 * tfjs 4.22: the gradients of `maximum`, `minimum` and `squaredDifference` are not added up over the axes along which
 * an operand was broadcast, and so have the wrong shape. Ties go to the first operand, as in tfjs.
 */
export function correctBroadcastGradients(): void {
  const mask = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, 'float32');
  correct(tf.Maximum, (a, b) => [() => mask(tf.greaterEqual(a, b)), () => mask(tf.less(a, b))]);
  correct(tf.Minimum, (a, b) => [() => mask(tf.lessEqual(a, b)), () => mask(tf.greater(a, b))]);
  correct(tf.SquaredDifference, (a, b) => [() => tf.mul(tf.sub(a, b), 2), () => tf.mul(tf.sub(b, a), 2)]);
}

function correct(kernelName: string, slopes: Slopes): void {
  replaceGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (gradient, saved) => {
      const dy = gradient as tf.Tensor;
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const [slopeOfA, slopeOfB] = slopes(a, b);
      return {
        a: () => withoutBroadcast(tf.mul(dy, slopeOfA()), a.shape),
        b: () => withoutBroadcast(tf.mul(dy, slopeOfB()), b.shape),
      };
    },
  });
}

/** The gradient of broadcasting a tensor of the given shape. */
function withoutBroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), shape);
}
