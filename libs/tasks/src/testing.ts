import { valueAndGradients, type HostTensor, type Program, type Tensor, type tf } from '@taskweave/engine';
import { runProgram, type TESTED_ENGINES } from '@taskweave/engine/testing';

/** A loss and its gradient with respect to the network's output `x`, for tests. */
export async function differentiate(
  engine: (typeof TESTED_ENGINES)[number],
  loss: (output: Tensor, label: Tensor) => Tensor,
  x: HostTensor,
  y: HostTensor,
): Promise<{ value: number; gradient: number[] }> {
  const inputs = { x, y };
  const program: Program = {
    name: 'loss',
    inputs,
    reads: [],
    run(_, tensors) {
      const { value, gradients } = valueAndGradients(
        (variables) => ({ value: loss(variables['x']!, tensors['y']!) as tf.Scalar, auxiliary: {} }),
        { x: tensors['x']! },
      );
      return { outputs: { value, gradient: gradients['x']! } };
    },
  };
  const { outputs } = await runProgram(engine, program, { inputs });
  return { value: outputs['value']!.data[0]!, gradient: [...outputs['gradient']!.data] };
}
