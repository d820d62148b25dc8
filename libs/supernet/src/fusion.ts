import { tf, withScope, type Tensor } from '@taskweave/engine';
import {
  batchNorm,
  declareBatchNorm,
  type ForwardContext,
  type Initializer,
  type ParameterDeclaration,
} from '@taskweave/backbones';

/** How a fusion node starts: weight of the own feature and of all sources together, or Kaiming fan-out. */
export type FusionInit = readonly [own: number, sources: number] | 'kaiming';

export interface FusionSettings {
  readonly init: FusionInit;
  readonly epsilon: number;
  readonly momentum: number;
}

/** Name of the 1x1 kernel of a fusion node; its input channels are the own feature's, then each source's. */
export function fusionWeightName(prefix: string): string {
  return `${prefix}/weight`;
}

/**
 * Initial 1x1 kernel [1, 1, (k + 1)·C, C]: w_t·I for the own feature and (w_s / k)·I for each of k sources
 * (MTL-NAS, CVPR 2020, figure of the fusion operation), so that features start close to what they were.
 */
export function fusionInitializer(channels: number, sources: number, init: FusionInit): Initializer {
  if (init === 'kaiming') return { kind: 'normal', deviation: Math.sqrt(2 / channels) };
  const [own, total] = init;
  return {
    kind: 'values',
    values: () => {
      const weight = new Float32Array((sources + 1) * channels * channels);
      for (let input = 0; input < (sources + 1) * channels; input++) {
        weight[input * channels + (input % channels)] = input < channels ? own : total / sources;
      }
      return weight;
    },
  };
}

export function declareFusion(
  prefix: string,
  channels: number,
  sources: number,
  init: FusionInit,
): ParameterDeclaration[] {
  return [
    {
      name: fusionWeightName(prefix),
      shape: [1, 1, (sources + 1) * channels, channels],
      group: 'fusion',
      trainable: true,
      initial: fusionInitializer(channels, sources, init),
    },
    ...declareBatchNorm(`${prefix}/bn`, channels, 'fusion'),
  ];
}

/**
 * A fusion node: ReLU(BN(W · concat(own, g_1·s_1, ..., g_k·s_k))), W a 1x1 convolution without bias.
 *
 * The gates multiply W's slices in place of the feature maps: the same mathematics for C·C products per source
 * rather than C·H·W.
 *
 * @param own the network's own pre-fusion feature [batch, h, w, C]
 * @param sources pre-fusion features of the other networks, same shape
 * @param gates one number per source, shape [k]; absent for a discrete network, whose gates are all 1
 */
export function fuse(
  context: ForwardContext,
  prefix: string,
  own: Tensor,
  sources: readonly Tensor[],
  gates: Tensor | undefined,
): Tensor {
  return withScope(prefix, () => {
    const kernel = context.parameter(fusionWeightName(prefix)) as tf.Tensor4D;
    const features = sources.length === 0 ? own : tf.concat([own, ...sources], 3);
    const gated =
      gates === undefined || sources.length === 0 ? kernel : gateKernel(kernel, gates, own.shape[3]!);
    return tf.relu(batchNorm(context, `${prefix}/bn`, tf.conv2d(features as tf.Tensor4D, gated, 1, 'valid')));
  });
}

function gateKernel(kernel: tf.Tensor4D, gates: Tensor, channels: number): tf.Tensor4D {
  const count = gates.shape[0]!;
  const perChannel = tf.mul(tf.reshape(gates, [count, 1]), tf.ones([1, channels]));
  const factors = tf.concat([tf.ones([channels]), tf.reshape(perChannel, [count * channels])], 0);
  return tf.mul(kernel, tf.reshape(factors, [1, 1, (count + 1) * channels, 1]));
}
