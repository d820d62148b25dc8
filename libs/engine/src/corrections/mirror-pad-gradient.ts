import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/** tfjs 4.22: the gradient leaves out what the mirrored elements contribute. */
export function correctMirrorPadGradient(): void {
  replaceGradient({
    kernelName: tf.MirrorPad,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => {
      const paddings = attributes['paddings'] as [number, number][];
      const skipped = attributes['mode'] === 'reflect' ? 1 : 0;
      return {
        x: () =>
          tf.tidy(() =>
            paddings.reduce(
              (gradient, padding, axis) =>
                alongAxis(gradient, axis, saved[0]!.shape[axis]!, padding, skipped),
              dy as tf.Tensor,
            ),
          ),
      };
    },
  });
}

/**
 * Folds the mirrored ends of one axis back onto the elements they are copies of.
 *
 * @param skipped elements at the border that are not repeated
 */
function alongAxis(
  dy: tf.Tensor,
  axis: number,
  length: number,
  [before, after]: [number, number],
  skipped: number,
): tf.Tensor {
  const part = (begin: number, size: number): tf.Tensor =>
    tf.slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? begin : 0)),
      dy.shape.map((all, i) => (i === axis ? size : all)),
    );
  const folded = (begin: number, size: number, place: number): tf.Tensor =>
    tf.pad(
      tf.reverse(part(begin, size), axis),
      dy.shape.map((_, i) => (i === axis ? [place, length - place - size] : [0, 0]) as [number, number]),
    );
  let gradient = part(before, length);
  if (before > 0) gradient = tf.add(gradient, folded(0, before, skipped));
  if (after > 0) gradient = tf.add(gradient, folded(before + length, after, length - skipped - after));
  return gradient;
}
