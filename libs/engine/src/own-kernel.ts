import { tf } from './tfjs.js';

/** Name of the tfjs backend that records programs. */
export const TRACE_BACKEND = 'taskweave-trace';

/**
 * A kernel that tfjs lacks or that its backends compute wrongly. While a program is recorded, it becomes one
 * operation of the graph; on every other backend it is composed of tfjs ops, in the same way for all of them.
 *
 * @param compose the same computation in ops that every backend has
 */
export function ownKernel(
  kernel: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Readonly<Record<string, unknown>>,
  compose: () => tf.Tensor,
): tf.Tensor {
  if (tf.getBackend() !== TRACE_BACKEND) return compose();
  return tf.engine().runKernel(kernel, { ...inputs }, attributes as tf.NamedAttrMap) as tf.Tensor;
}
