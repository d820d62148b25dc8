import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/**
 * tfjs 4.22: most comparisons and logical functions have no gradient, so that `tf.where(tf.greater(x, 0), ...)` cannot
 * be differentiated by x. They are constant nearly everywhere: the gradient is 0.
 */
export function correctComparisonGradients(): void {
  const comparisons = [tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual];
  for (const kernelName of [...comparisons, tf.LogicalAnd, tf.LogicalOr]) {
    replaceGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, [a, b]) => ({ a: () => tf.zeros(a!.shape), b: () => tf.zeros(b!.shape) }),
    });
  }
  replaceGradient({
    kernelName: tf.LogicalNot,
    inputsToSave: ['x'],
    gradFunc: (_, [x]) => ({ x: () => tf.zeros(x!.shape) }),
  });
}
