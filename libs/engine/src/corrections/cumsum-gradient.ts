import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/**
 * tfjs 4.22: the gradient is transposed once more where the axis is not the last; for tensors that are not square it
 * has the wrong shape, for others the wrong values.
 */
export function correctCumsumGradient(): void {
  replaceGradient({
    kernelName: tf.Cumsum,
    gradFunc: (dy, _, attributes) => {
      const { axis, exclusive, reverse } = attributes as unknown as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}
