import type { ImageShape } from '@taskweave/backbones';
import { tf, valueAndGradients, type Program } from '@taskweave/engine';
import { momentumSlots, sgdUpdate, type SgdOptions } from '../optimizer/sgd.js';
import type { Supernet } from '../supernet.js';
import { batchSpecs, taskLosses } from './batch.js';
import { stepRandom, stepSpecs, type DropoutOptions } from './dropout.js';

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
  const trainable = supernet.parameters.filter((parameter) => parameter.trainable).map(({ name }) => name);
  return {
    name: 'weight-step',
    inputs: {
      ...batchSpecs(supernet, imageShape, batchSize),
      ...gateSpecs(supernet),
      ...stepSpecs(dropout),
      learningRate: { dtype: 'float32', shape: [] },
    },
    reads: [...supernet.parameters.map(({ name }) => name), ...momentumSlots(supernet.parameters)],
    run(state, { gates, learningRate, ...batch }) {
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
      const updated = sgdUpdate(supernet.parameters, state, gradients, learningRate!, optimizer);
      const [losses, statistics] = splitAuxiliary(supernet, auxiliary);
      return { outputs: losses, state: { ...updated, ...statistics } };
    },
  };
}

/** Spec of the gates input; none when the network has no edges. */
export function gateSpecs({ edges }: Supernet): Program['inputs'] {
  return edges.length === 0 ? {} : { gates: { dtype: 'float32', shape: [edges.length] } };
}

/** Tells losses from running statistics again. */
export function splitAuxiliary(
  supernet: Supernet,
  auxiliary: Record<string, tf.Tensor>,
): [losses: Record<string, tf.Tensor>, statistics: Record<string, tf.Tensor>] {
  const names = new Set(supernet.parameters.map(({ name }) => name));
  const pick = (statistic: boolean) =>
    Object.fromEntries(Object.entries(auxiliary).filter(([name]) => names.has(name) === statistic));
  return [pick(false), pick(true)];
}
