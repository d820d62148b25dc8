import { tf } from './tf.js';

const kept: tf.Tensor[] = [];

/**
 * Keeps a tensor beyond the tfjs scope it is made in (that of a gradient, say) until the running program is over.
 * Programs use this in place of `tf.keep`, which would keep it for ever.
 */
export function keepForProgram<T extends tf.Tensor>(tensor: T): T {
  kept.push(tf.keep(tensor));
  return tensor;
}

/** Called by an engine when a program is over. */
export function disposeKept(): void {
  for (const tensor of kept.splice(0)) tensor.dispose();
}
