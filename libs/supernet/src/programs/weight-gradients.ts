import { valueAndGradients, type NamedTensors, type tf } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { splitAuxiliary, taskLosses } from './batch.js';
import { stepRandom, type DropoutOptions } from './dropout.js';

export interface WeightGradients {
  /** d(weighted sum of losses)/d(weight), by trainable parameter. */
  readonly gradients: NamedTensors;
  /** Losses by output name, unweighted. */
  readonly losses: NamedTensors;
  /** Next running statistics by parameter. */
  readonly statistics: NamedTensors;
}

/**
 * Forward in training mode, and backward to all weights.
 *
 * @param state all parameters
 * @param inputs a batch, `gates` if there are edges and, with dropout, `step`
 */
export function weightGradients(
  supernet: Supernet,
  state: NamedTensors,
  { gates, ...batch }: NamedTensors,
  dropout: DropoutOptions,
): WeightGradients {
  const trainable = supernet.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
  const weights = Object.fromEntries(trainable.map((name) => [name, state[name]!]));
  const { gradients, auxiliary } = valueAndGradients((variables) => {
    const { outputs, statistics } = supernet.forward({ ...state, ...variables }, batch['image']!, {
      training: true,
      ...(gates !== undefined && { gates }),
      ...stepRandom('weight-step', dropout, batch),
    });
    const { total, byTask } = taskLosses(supernet, outputs, batch);
    return { value: total as tf.Scalar, auxiliary: { ...byTask, ...statistics } };
  }, weights);
  const [losses, statistics] = splitAuxiliary(supernet, auxiliary);
  return { gradients, losses, statistics };
}
