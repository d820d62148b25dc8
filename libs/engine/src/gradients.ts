import { keepForProgram } from './kept.js';
import { tf, type NamedTensors } from './tf.js';

export interface ValueAndGradients {
  readonly value: tf.Scalar;
  /** d(value)/d(variable), by the variable's name. */
  readonly gradients: NamedTensors;
  /** What `build` returned beside the value. */
  readonly auxiliary: NamedTensors;
}

/**
 * A scalar and its gradients, with auxiliary results (losses per task, batch statistics) from the same pass.
 *
 * @param build computes the scalar from the variables it is given
 * @param variables tensors to differentiate with respect to
 */
export function valueAndGradients(
  build: (variables: NamedTensors) => { value: tf.Scalar; auxiliary: NamedTensors },
  variables: NamedTensors,
): ValueAndGradients {
  const names = Object.keys(variables);
  let auxiliary: NamedTensors = {};
  const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
    const result = build(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
    // The gradient's own scope ends before the caller can use these.
    for (const tensor of Object.values(result.auxiliary)) keepForProgram(tensor);
    auxiliary = result.auxiliary;
    return result.value;
  });
  const { value, grads } = differentiate(names.map((name) => variables[name]!));
  return {
    value: value as tf.Scalar,
    gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
    auxiliary,
  };
}
