import type { ParameterDeclaration } from '@taskweave/backbones';
import { elementCount } from '@taskweave/common';
import { float32, tf, type HostTensors, type NamedTensors, type Tensor } from '@taskweave/engine';

const ACCUMULATOR = 'gradient/';

const trainableOf = (parameters: readonly ParameterDeclaration[]): ParameterDeclaration[] =>
  parameters.filter(({ trainable }) => trainable);

/** Names of the tensors that add up the gradients of all trainable parameters. */
export function accumulators(parameters: readonly ParameterDeclaration[]): string[] {
  return trainableOf(parameters).map(({ name }) => ACCUMULATOR + name);
}

/** Accumulators as they are between steps: 0. So no checkpoint has to hold them. */
export function initialAccumulators(parameters: readonly ParameterDeclaration[]): HostTensors {
  return Object.fromEntries(
    trainableOf(parameters).map(({ name, shape }) => [
      ACCUMULATOR + name,
      float32(shape, new Float32Array(elementCount(shape))),
    ]),
  );
}

/**
 * Next values of the accumulators: a ← a + share·g.
 *
 * @param gradients by parameter
 * @param share a scalar tensor
 */
export function accumulate(state: NamedTensors, gradients: NamedTensors, share: Tensor): NamedTensors {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      ACCUMULATOR + name,
      tf.add(state[ACCUMULATOR + name]!, tf.mul(gradient, share)),
    ]),
  );
}

/** What the accumulators hold, by parameter, and their next values: 0. */
export function takeAccumulated(
  parameters: readonly ParameterDeclaration[],
  state: NamedTensors,
): { gradients: NamedTensors; cleared: NamedTensors } {
  const gradients: NamedTensors = {};
  const cleared: NamedTensors = {};
  for (const { name } of trainableOf(parameters)) {
    const sum = state[ACCUMULATOR + name]!;
    gradients[name] = sum;
    // Not a constant, so that the engine clears it in the loop that reads it; and never -0, as a product with 0 may be.
    cleared[ACCUMULATOR + name] = tf.sub(sum, sum);
  }
  return { gradients, cleared };
}
