import type { ImageShape } from '@taskweave/backbones';
import { valueAndGradients, type Program, type tf } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { batchSpecs, gateSpecs, splitAuxiliary, taskLosses } from './batch.js';
import { stepRandom, stepSpecs, type DropoutOptions } from './dropout.js';

/**
 * The trainer's part of an architecture step: d(loss)/d(gate) of the summed task losses, and no weight gradient.
 *
 * Inputs: a batch, `gates` [edges] and, with dropout, `step`, an int32 scalar. Outputs: `gateGradient` [edges],
 * `loss/<task>` scalars. Replaces the running statistics only (the pass runs in training mode, as published).
 */
export function architectureStep(
  supernet: Supernet,
  imageShape: ImageShape,
  batchSize: number,
  dropout: DropoutOptions = {},
): Program {
  return {
    name: 'architecture-step',
    inputs: { ...batchSpecs(supernet, imageShape, batchSize), ...gateSpecs(supernet), ...stepSpecs(dropout) },
    reads: supernet.parameters.map(({ name }) => name),
    run(state, { gates, ...batch }) {
      const { gradients, auxiliary } = valueAndGradients(
        (variables) => {
          const forward = supernet.forward(state, batch['image']!, {
            training: true,
            gates: variables['gates']!,
            ...stepRandom('architecture-step', dropout, batch),
          });
          const { total, byTask } = taskLosses(supernet, forward.outputs, batch);
          return { value: total as tf.Scalar, auxiliary: { ...byTask, ...forward.statistics } };
        },
        { gates: gates! },
      );
      const [losses, statistics] = splitAuxiliary(supernet, auxiliary);
      return { outputs: { ...losses, gateGradient: gradients['gates']! }, state: statistics };
    },
  };
}
