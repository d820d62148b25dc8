import { TaskweaveError } from '@taskweave/common';
import { ownKernel } from '../own-kernel.js';
import { tf } from '../tf.js';

export interface GroupedConvolutionOptions {
  /** 1 by default. */
  readonly strides?: number | [number, number];
  /** `'same'` by default. */
  readonly pad?: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  /** 1 by default; strides must be 1 if it is more. */
  readonly dilations?: number | [number, number];
}

const KERNEL = 'GroupedConv2D';

/**
 * 2-D convolution in which output channel group g sees input channel group g only (ResNeXt, Xie et al., CVPR 2017).
 * The number of groups is channels / filter.shape[2].
 *
 * @param x [batch, height, width, channels]
 * @param filter [height, width, channels / groups, outputs]; the outputs of group 0 come first
 * @throws TaskweaveError INTERNAL when channels or outputs do not divide into groups
 */
export function groupedConv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides = 1, pad = 'same', dilations = 1 }: GroupedConvolutionOptions = {},
): tf.Tensor4D {
  const groups = x.shape[3] / filter.shape[2];
  if (!Number.isInteger(groups) || filter.shape[3] % groups !== 0) {
    throw new TaskweaveError({
      code: 'INTERNAL',
      message: 'The channels of a grouped convolution do not divide into groups.',
      found: `${x.shape[3]} channels, filter [${filter.shape.join(', ')}]`,
      expected: 'channels a multiple of filter.shape[2], and filter.shape[3] a multiple of the groups',
    });
  }
  const dense = (image: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor4D =>
    tf.conv2d(image, weights, strides, pad, 'NHWC', dilations);
  if (groups === 1) return dense(x, filter);
  const attributes = { strides, pad, dilations };
  return ownKernel(KERNEL, { x, filter }, attributes, () => {
    const images = tf.split(x, groups, 3) as tf.Tensor4D[];
    const filters = tf.split(filter, groups, 3) as tf.Tensor4D[];
    return tf.concat(
      images.map((image, group) => dense(image, filters[group]!)),
      3,
    );
  }) as tf.Tensor4D;
}

// Only recorded programs meet this kernel: elsewhere the ops it is composed of have gradients of their own.
tf.registerGradient({
  kernelName: KERNEL,
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attributes) => {
    const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
    const run = (name: string, inputs: tf.NamedTensorMap, shape: tf.NamedAttrMap): tf.Tensor =>
      tf.engine().runKernel(KERNEL + name, inputs, { ...attributes, ...shape }) as tf.Tensor;
    return {
      x: () => run('BackpropInput', { dy: dy as tf.Tensor, filter }, { inputShape: x.shape }),
      filter: () => run('BackpropFilter', { x, dy: dy as tf.Tensor }, { filterShape: filter.shape }),
    };
  },
});
