import { averageMatrix } from '../axis-matrix.js';
import { poolInfo, poolWindows } from '../compiler/record/rules/pooling.js';
import { ownKernel } from '../own-kernel.js';
import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';
import { transposedSeparable } from './separable.js';

/**
 * tfjs 4.22: the cpu kernel divides by the size of the window, where the pool itself divides by the number of cells
 * that lie inside the image; wrong wherever there is padding. The tensorflow backend divides rightly.
 */
export function correctAveragePoolGradient(): void {
  replaceGradient({
    kernelName: tf.AvgPool,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({ x: () => gradient(dy as tf.Tensor4D, saved[0]!, attributes) }),
  });
}

function gradient(dy: tf.Tensor4D, input: tf.Tensor, attributes: tf.NamedAttrMap): tf.Tensor {
  return ownKernel(tf.AvgPoolGrad, { dy, input }, attributes, () => {
    const [rows, columns] = poolWindows(poolInfo(input.shape, attributes));
    return transposedSeparable(dy, averageMatrix(rows), averageMatrix(columns));
  });
}
