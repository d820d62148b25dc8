import type { ParameterDeclaration, ParameterGroup } from '@taskweave/backbones';
import { elementCount } from '@taskweave/common';
import { float32, tf, type HostTensors, type NamedTensors, type Tensor } from '@taskweave/engine';

export interface SgdOptions {
  /** 0..1; MTL-NAS (CVPR 2020) uses 0.9. */
  readonly momentum: number;
  /** L2 factor added to the gradient of every parameter, biases and BN included. */
  readonly weightDecay: number;
  /** Learning-rate factors of the groups that differ from 1. */
  readonly fusionFactor: number;
  readonly classifierWeightFactor: number;
  readonly classifierBiasFactor: number;
}

const SLOT = 'momentum/';

/** Names of the momentum slots of all trainable parameters. */
export function momentumSlots(parameters: readonly ParameterDeclaration[]): string[] {
  return parameters.filter(({ trainable }) => trainable).map(({ name }) => SLOT + name);
}

/** Momentum slots before the first step. */
export function initialSlots(parameters: readonly ParameterDeclaration[]): HostTensors {
  return Object.fromEntries(
    parameters
      .filter(({ trainable }) => trainable)
      .map(({ name, shape }) => [SLOT + name, float32(shape, new Float32Array(elementCount(shape)))]),
  );
}

function groupFactor(group: ParameterGroup, options: SgdOptions): number {
  switch (group) {
    case 'fusion':
      return options.fusionFactor;
    case 'classifier-weight':
      return options.classifierWeightFactor;
    case 'classifier-bias':
      return options.classifierBiasFactor;
    case 'backbone':
    case 'head':
      return 1;
  }
}

/**
 * SGD with momentum and coupled L2 decay, in PyTorch's order: v ← μ·v + (g + λ·w), w ← w − lr·v.
 *
 * @param state parameters and their slots
 * @param learningRate a scalar tensor, before the groups' factors
 * @returns the next values of parameters and slots
 */
export function sgdUpdate(
  parameters: readonly ParameterDeclaration[],
  state: NamedTensors,
  gradients: NamedTensors,
  learningRate: Tensor,
  options: SgdOptions,
): NamedTensors {
  const next: NamedTensors = {};
  for (const { name, group, trainable } of parameters) {
    if (!trainable) continue;
    const weight = state[name]!;
    const gradient = tf.add(gradients[name]!, tf.mul(weight, options.weightDecay));
    const velocity = tf.add(tf.mul(state[SLOT + name]!, options.momentum), gradient);
    const rate = tf.mul(learningRate, groupFactor(group, options));
    next[SLOT + name] = velocity;
    next[name] = tf.sub(weight, tf.mul(velocity, rate));
  }
  return next;
}
