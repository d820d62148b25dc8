import type { ImageShape } from '@taskweave/backbones';
import { valueAndGradients, type NamedTensors, type Program, type tf } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { batchSpecs, gateSpecs, taskLosses } from './batch.js';
import { outputName } from './inference.js';

export interface MeasureOptions {
  /** True: batch normalisation takes the statistics of the batch, and the running ones stay as they are. */
  readonly training: boolean;
  /** Whether d(loss)/d(gate) is wanted; needs edges. */
  readonly gradients: boolean;
}

/**
 * What a network says of one batch, without dropout and without changing it.
 *
 * Inputs: a batch and `gates` [edges] (absent when there are no edges). Outputs: `output/<task>` raw outputs,
 * `loss/<task>` scalars and, with `gradients`, `gateGradient` [edges] of the weighted sum of the losses.
 */
export function measureBatch(
  supernet: Supernet,
  imageShape: ImageShape,
  batchSize: number,
  { training, gradients }: MeasureOptions,
): Program {
  return {
    name: `measure-${training ? 'train' : 'eval'}`,
    inputs: { ...batchSpecs(supernet, imageShape, batchSize), ...gateSpecs(supernet) },
    reads: supernet.parameters.map(({ name }) => name),
    run(state, { gates, ...batch }) {
      const measure = (opened: tf.Tensor | undefined): { total: tf.Tensor; results: NamedTensors } => {
        const { outputs } = supernet.forward(state, batch['image']!, {
          training,
          ...(opened !== undefined && { gates: opened }),
        });
        const { total, byTask } = taskLosses(supernet, outputs, batch);
        const named = Object.entries(outputs).map(([task, output]) => [outputName(task), output]);
        return { total, results: { ...byTask, ...Object.fromEntries(named) } };
      };
      if (!gradients || gates === undefined) return { outputs: measure(gates).results };
      const { gradients: byInput, auxiliary } = valueAndGradients(
        (variables) => {
          const { total, results } = measure(variables['gates']);
          return { value: total as tf.Scalar, auxiliary: results };
        },
        { gates },
      );
      return { outputs: { ...auxiliary, gateGradient: byInput['gates']! } };
    },
  };
}
