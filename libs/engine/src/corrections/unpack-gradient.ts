import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/** tfjs 4.22: the gradient throws where there is a single part, since it is then not given a list. */
export function correctUnpackGradient(): void {
  replaceGradient({
    kernelName: tf.Unpack,
    gradFunc: (dy, _, attributes) => ({
      value: () => tf.stack([dy].flat(), attributes['axis'] as number),
    }),
  });
}
