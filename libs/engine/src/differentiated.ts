import { valueAndGradients } from './gradients.js';
import type { HostTensors } from './host-tensor.js';
import type { Program } from './program.js';
import { tf, type NamedTensors } from './tf.js';

/** A program that returns a function's value and the gradient of its sum, weighted unevenly, for every state tensor. */
export function differentiated(state: HostTensors, apply: (x: NamedTensors) => tf.Tensor): Program {
  return {
    name: 'differentiated',
    inputs: {},
    reads: Object.keys(state),
    run(tensors) {
      const { gradients, auxiliary } = valueAndGradients((variables) => {
        const y = apply(variables);
        // Every variable counts a little, used or not: tfjs refuses to differentiate by one that is not.
        const touched = Object.values(variables)
          .map((variable) => tf.sum(variable))
          .reduce((a, b) => tf.add(a, b));
        return { value: tf.add(tf.sum(tf.mul(y, tf.sigmoid(y))), touched) as tf.Scalar, auxiliary: { y } };
      }, tensors);
      const named = Object.entries(gradients).map(([name, gradient]) => [`d/${name}`, gradient]);
      return { outputs: { ...auxiliary, ...Object.fromEntries(named) } };
    },
  };
}
