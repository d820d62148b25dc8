import { batchNormTraining } from '../ops/batch-norm.js';
import { dropout } from '../ops/dropout.js';
import { groupedConv2d } from '../ops/grouped-convolution.js';
import { tf, type NamedTensors } from '../tf.js';
import type { Layer, Padding } from './network.js';

/** What a layer is given beside the feature map. */
export interface Surroundings {
  /** A weight, which starts with normal numbers of this mean and deviation. */
  weight(name: string, shape: readonly number[], deviation: number, mean?: number): tf.Tensor;
  /** Training step, an int32 scalar. */
  readonly step: tf.Tensor;
  /** Feature maps so far, the image first. */
  readonly earlier: readonly tf.Tensor4D[];
  /** Where batch normalisation puts its statistics: `<layer>/mean` and `<layer>/variance`. */
  readonly statistics: NamedTensors;
}

/** A feature map with at most this many channels; more are projected. */
const MOST_CHANNELS = 12;

function padding(
  pad: Padding,
  reach: number,
  x: tf.Tensor4D,
): 'same' | 'valid' | tf.backend_util.ExplicitPadding {
  if (reach > Math.min(x.shape[1], x.shape[2])) return 'same';
  if (pad !== 'uneven') return pad;
  return [
    [0, 0],
    [1, 0],
    [0, 2],
    [0, 0],
  ];
}

const he = (...fanIn: number[]): number => Math.sqrt(2 / fanIn.reduce((a, b) => a * b));

/** The 1x1 convolution of a feature map. */
export function project(
  name: string,
  x: tf.Tensor4D,
  channels: number,
  { weight }: Pick<Surroundings, 'weight'>,
): tf.Tensor4D {
  const inner = x.shape[3];
  return tf.conv2d(x, weight(name, [1, 1, inner, channels], he(inner)) as tf.Tensor4D, 1, 'same');
}

/** Resized, unless it has this size already. */
export function resized(
  x: tf.Tensor4D,
  [height, width]: readonly number[],
  alignCorners = false,
): tf.Tensor4D {
  if (x.shape[1] === height && x.shape[2] === width) return x;
  return tf.image.resizeBilinear(x, [height!, width!], alignCorners);
}

/**
 * Applies a layer in training mode.
 *
 * @param name begins the names of its weights
 */
export function applyLayer(name: string, layer: Layer, x: tf.Tensor4D, around: Surroundings): tf.Tensor4D {
  const { weight } = around;
  const inner = x.shape[3];
  switch (layer.kind) {
    case 'conv': {
      const { size, stride, dilation, channels } = layer;
      const filter = weight(`${name}/filter`, [size, size, inner, channels], he(size, size, inner));
      const pad = padding(layer.pad, (size - 1) * dilation + 1, x);
      const y = tf.conv2d(x, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation);
      return layer.bias ? tf.add(y, weight(`${name}/bias`, [channels], 0.1)) : y;
    }
    case 'depthwise': {
      const { size, stride, dilation } = layer;
      const multiplier = inner * layer.multiplier > MOST_CHANNELS ? 1 : layer.multiplier;
      const filter = weight(`${name}/filter`, [size, size, inner, multiplier], he(size, size));
      // TensorFlow.js takes no explicit padding here, and one stride for both axes.
      const pad = layer.pad === 'uneven' ? 'same' : padding(layer.pad, (size - 1) * dilation + 1, x);
      const even = typeof stride === 'number' ? stride : 1;
      return tf.depthwiseConv2d(x, filter as tf.Tensor4D, even, pad as 'same', 'NHWC', dilation);
    }
    case 'grouped': {
      const { groups, perGroup, size, stride, dilation } = layer;
      const wide = project(`${name}/widen`, x, groups * 2, around);
      const filter = weight(`${name}/filter`, [size, size, 2, groups * perGroup], he(size, size, 2));
      const pad = padding(layer.pad, (size - 1) * dilation + 1, x);
      return groupedConv2d(wide, filter as tf.Tensor4D, { strides: stride, pad, dilations: dilation });
    }
    case 'transposed': {
      const { size, channels } = layer;
      const [batch, height, width] = x.shape;
      const stride = Math.max(height, width) > 8 ? 1 : layer.stride;
      const filter = weight(`${name}/filter`, [size, size, channels, inner], he(size, size, inner));
      return tf.conv2dTranspose(
        x,
        filter as tf.Tensor4D,
        [batch, height * stride, width * stride, channels],
        stride,
        'same',
      );
    }
    case 'maxPool':
      return tf.maxPool(x, layer.size, layer.stride, padding(layer.pad, layer.size, x) as 'same');
    case 'avgPool':
      return tf.avgPool(x, layer.size, layer.stride, padding(layer.pad, layer.size, x) as 'same');
    case 'batchNorm': {
      const scale = weight(`${name}/gamma`, [inner], 0.1, 1);
      const result = batchNormTraining(x, scale, weight(`${name}/beta`, [inner], 0.1), 1e-3);
      around.statistics[`${name}/mean`] = result.mean;
      around.statistics[`${name}/variance`] = result.variance;
      return result.output as tf.Tensor4D;
    }
    case 'activation':
      return tf[layer.name](x);
    case 'resize':
      return resized(x, layer.size, layer.alignCorners);
    case 'dropout':
      return dropout(x, layer.rate, { seed: 11, stream: name, step: around.step }) as tf.Tensor4D;
    case 'add': {
      const other = resized(around.earlier[layer.from % around.earlier.length]!, x.shape.slice(1, 3));
      return tf.add(x, other.shape[3] === inner ? other : project(`${name}/project`, other, inner, around));
    }
    case 'concat': {
      const other = resized(around.earlier[layer.from % around.earlier.length]!, x.shape.slice(1, 3));
      const both = tf.concat([x, other], 3);
      return both.shape[3] > MOST_CHANNELS ? project(`${name}/project`, both, 4, around) : both;
    }
  }
}
