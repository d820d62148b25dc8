import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';

/**
 * tfjs 4.22: the gradient takes one slice and one addition per repetition - thousands, where `tf.where` or
 * `tf.broadcastTo` broadcast a scalar to a feature map - and there is none from rank 5 on.
 */
export function correctTileGradient(): void {
  replaceGradient({
    kernelName: tf.Tile,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attributes) => ({
      x: () => tf.tidy(() => gradient(dy as tf.Tensor, saved[0]!.shape, attributes['reps'] as number[])),
    }),
  });
}

function gradient(dy: tf.Tensor, shape: number[], reps: number[]): tf.Tensor {
  const broadcast = shape.flatMap((size, axis) => (size === 1 && reps[axis]! > 1 ? [axis] : []));
  const narrow = broadcast.length === 0 ? dy : tf.sum(dy, broadcast, true);
  // What is left is split into [repetition, element].
  const split = shape.flatMap((size, axis) => (size > 1 && reps[axis]! > 1 ? [reps[axis]!, size] : [size]));
  if (split.length === shape.length) return narrow;
  const repetitions: number[] = [];
  let axis = 0;
  shape.forEach((size, i) => {
    const repeated = size > 1 && reps[i]! > 1;
    if (repeated) repetitions.push(axis);
    axis += repeated ? 2 : 1;
  });
  return tf.sum(tf.reshape(narrow, split), repetitions);
}
