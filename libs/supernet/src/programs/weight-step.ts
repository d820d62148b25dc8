import type { ImageShape } from '@taskweave/backbones';
import type { Program } from '@taskweave/engine';
import { momentumSlots, sgdUpdate, type SgdOptions } from '../optimizer/sgd.js';
import type { Supernet } from '../supernet.js';
import { batchSpecs, gateSpecs } from './batch.js';
import { stepSpecs, type DropoutOptions } from './dropout.js';
import { weightGradients } from './weight-gradients.js';

/**
 * One step of the network weights: forward in training mode under given gates, gradients of all weights, SGD.
 *
 * Inputs: a batch, `gates` [edges] (absent when there are no edges), `learningRate` scalar and, with dropout, `step`,
 * an int32 scalar.
 * Outputs: `loss/<task>` scalars. Replaces all parameters, momentum slots and running statistics.
 */
export function weightStep(
  supernet: Supernet,
  imageShape: ImageShape,
  batchSize: number,
  optimizer: SgdOptions,
  dropout: DropoutOptions = {},
): Program {
  return {
    name: 'weight-step',
    inputs: {
      ...batchSpecs(supernet, imageShape, batchSize),
      ...gateSpecs(supernet),
      ...stepSpecs(dropout),
      learningRate: { dtype: 'float32', shape: [] },
    },
    reads: [...supernet.parameters.map(({ name }) => name), ...momentumSlots(supernet.parameters)],
    run(state, { learningRate, ...batch }) {
      const { gradients, losses, statistics } = weightGradients(supernet, state, batch, dropout);
      const updated = sgdUpdate(supernet.parameters, state, gradients, learningRate!, optimizer);
      return { outputs: losses, state: { ...updated, ...statistics } };
    },
  };
}
