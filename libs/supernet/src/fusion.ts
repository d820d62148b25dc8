import { tf, withScope, type Tensor } from '@taskweave/engine';
import {
  batchNorm,
  declareBatchNorm,
  type ForwardContext,
  type Initializer,
  type ParameterDeclaration,
} from '@taskweave/backbones';
import { adaptResolution } from './resolution-adapter.js';

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
 * Initial 1x1 kernel [1, 1, C + S_1 + ... + S_k, C]: w_t·I for the own feature and (w_s / k)·I for each of k sources
 * (MTL-NAS, CVPR 2020, figure of the fusion operation), so that features start close to what they were. The identity is
 * defined for a source of C channels only. One of S channels gets random weights of deviation (w_s / k)·sqrt(1 / S)
 * instead - Kaiming's for fan-in S and gain 1, scaled like the identity it stands for - so that it contributes the same
 * mean square. `kaiming` is normal by fan-out throughout.
 *
 * @param sources channels of each source, in edge order
 */
export function fusionInitializer(
  channels: number,
  sources: readonly number[],
  init: FusionInit,
): Initializer {
  if (init === 'kaiming') return { kind: 'normal', deviation: Math.sqrt(2 / channels) };
  const [own, total] = init;
  const slices = [{ rows: channels, share: own }].concat(
    sources.map((rows) => ({ rows, share: total / sources.length })),
  );
  return {
    kind: 'values',
    values: (random) => {
      const weight = new Float32Array(kernelRows(channels, sources) * channels);
      let start = 0;
      for (const { rows, share } of slices) {
        const size = rows * channels;
        if (rows === channels) {
          for (let row = 0; row < rows; row++) weight[start + row * channels + row] = share;
        } else {
          const deviation = share * Math.sqrt(1 / rows);
          for (let i = start; i < start + size; i++) weight[i] = deviation * random.normal(i);
        }
        start += size;
      }
      return weight;
    },
  };
}

/** Input channels of a fusion kernel: the own feature's and all sources'. */
function kernelRows(channels: number, sources: readonly number[]): number {
  return sources.reduce((sum, rows) => sum + rows, channels);
}

/**
 * The parameters of a fusion node.
 *
 * @param channels C, of the own feature and of the output
 * @param sources channels of each source, in edge order
 */
export function declareFusion(
  prefix: string,
  channels: number,
  sources: readonly number[],
  init: FusionInit,
): ParameterDeclaration[] {
  return [
    {
      name: fusionWeightName(prefix),
      shape: [1, 1, kernelRows(channels, sources), channels],
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
 * rather than C·H·W. A source of another resolution is resized to the own feature's.
 *
 * @param own the network's own pre-fusion feature [batch, h, w, C]
 * @param sources pre-fusion features of the other networks [batch, h', w', S], in edge order
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
    const [, height, width, channels] = own.shape as [number, number, number, number];
    const resized = sources.map((source) => adaptResolution(source, height, width));
    const features = resized.length === 0 ? own : tf.concat([own, ...resized], 3);
    const rows = sources.map((source) => source.shape[3]!);
    const gated =
      gates === undefined || rows.length === 0 ? kernel : gateKernel(kernel, gates, channels, rows);
    return tf.relu(batchNorm(context, `${prefix}/bn`, tf.conv2d(features as tf.Tensor4D, gated, 1, 'valid')));
  });
}

/** The kernel with each source's rows multiplied by its gate; the own feature's stay. */
function gateKernel(
  kernel: tf.Tensor4D,
  gates: Tensor,
  channels: number,
  rows: readonly number[],
): tf.Tensor4D {
  const factors = tf.concat([tf.ones([channels]), gatePerRow(gates, rows)], 0);
  return tf.mul(kernel, tf.reshape(factors, [1, 1, kernelRows(channels, rows), 1]));
}

/** Each gate as often as its source has channels. */
function gatePerRow(gates: Tensor, rows: readonly number[]): Tensor {
  const [first] = rows;
  if (rows.some((count) => count !== first)) {
    return tf.concat(
      rows.map((count, i) => tf.mul(tf.slice(gates, [i], [1]), tf.ones([count]))),
      0,
    );
  }
  const repeated = tf.mul(tf.reshape(gates, [rows.length, 1]), tf.ones([1, first!]));
  return tf.reshape(repeated, [rows.length * first!]);
}
