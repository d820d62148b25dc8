import { resizeMatrix, type ResizeMode } from '../axis-matrix.js';
import { ownKernel } from '../own-kernel.js';
import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';
import { transposedSeparable } from './separable.js';

/**
 * tfjs 4.22: the cpu kernel returns width and height in each other's place, so that the gradient of an image that is
 * not square has the wrong shape and throws; and it does as if `halfPixelCenters` were false.
 */
export function correctResizeBilinearGradient(): void {
  replaceGradient({
    kernelName: tf.ResizeBilinear,
    inputsToSave: ['images'],
    gradFunc: (dy, saved, attributes) => ({
      images: () => gradient(dy as tf.Tensor4D, saved[0] as tf.Tensor4D, attributes),
    }),
  });
}

function gradient(dy: tf.Tensor4D, images: tf.Tensor4D, attributes: tf.NamedAttrMap): tf.Tensor {
  return ownKernel(tf.ResizeBilinearGrad, { dy, images }, attributes, () => {
    const mode = attributes as unknown as ResizeMode;
    const [, height, width] = images.shape;
    return transposedSeparable(
      dy,
      resizeMatrix(height, dy.shape[1], mode),
      resizeMatrix(width, dy.shape[2], mode),
    );
  });
}
