import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import { accumulate, accumulators, takeAccumulated } from '../optimizer/accumulators.js';
import { momentumSlots, sgdUpdate, type SgdOptions } from '../optimizer/sgd.js';
import type { Supernet } from '../supernet.js';
import { batchSpecs, gateSpecs } from './batch.js';
import { stepSpecs, type DropoutOptions } from './dropout.js';
import { weightGradients } from './weight-gradients.js';

/**
 * The part of a weight step that one micro-batch has: forward in training mode under given gates, and the gradients of
 * all weights, added to their accumulators. {@link applyStep} ends the step.
 *
 * Inputs: those of `weightStep` without `learningRate`, and `share`, a scalar: the micro-batch's share of the batch.
 * Outputs: `loss/<task>` scalars of the micro-batch. Replaces accumulators and running statistics.
 *
 * @param size examples of the micro-batch
 */
export function accumulateStep(
  supernet: Supernet,
  imageShape: ImageShape,
  size: number,
  dropout: DropoutOptions = {},
): Program {
  return {
    name: 'accumulate-step',
    inputs: {
      ...batchSpecs(supernet, imageShape, size),
      ...gateSpecs(supernet),
      ...stepSpecs(dropout),
      share: { dtype: 'float32', shape: [] },
    },
    reads: [...supernet.parameters.map(({ name }) => name), ...accumulators(supernet.parameters)],
    run(state, { share, ...batch }) {
      const { gradients, losses, statistics } = weightGradients(supernet, state, batch, dropout);
      return { outputs: losses, state: { ...accumulate(state, gradients, share!), ...statistics } };
    },
  };
}

/**
 * The end of a weight step over micro-batches: SGD by the accumulated gradients, which are 0 afterwards.
 *
 * Inputs: `learningRate` scalar. Replaces trainable parameters, momentum slots and accumulators.
 */
export function applyStep({ parameters }: Supernet, optimizer: SgdOptions): Program {
  const trainable = parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
  return {
    name: 'apply-step',
    inputs: { learningRate: { dtype: 'float32', shape: [] } },
    reads: [...trainable, ...momentumSlots(parameters), ...accumulators(parameters)],
    run(state, { learningRate }) {
      const { gradients, cleared } = takeAccumulated(parameters, state);
      const updated = sgdUpdate(parameters, state, gradients, learningRate!, optimizer);
      return { outputs: {}, state: { ...updated, ...cleared } };
    },
  };
}
