import { tf, type Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';
import { batchNorm, declareBatchNorm } from '../layers/batch-norm.js';
import type { ParameterDeclaration } from '../parameters.js';

/** The output of a bottleneck has this many times the channels of its narrow part. */
export const EXPANSION = 4;

export interface BottleneckShape {
  readonly inputs: number;
  /** Channels of the 1x1 and 3x3 convolutions in its narrow part. */
  readonly narrow: number;
  /** 1, or 2 to halve the size. */
  readonly stride: 1 | 2;
  /** Distance between the taps of the 3x3 convolution; 1 where `stride` is 2. */
  readonly dilation: number;
}

/** Where the parameters of a convolution and its normalisation are. */
interface Unit {
  readonly weight: string;
  readonly norm: string;
}

/** Parameters of a k x k convolution without bias and of its normalisation. */
export function declareUnit(
  { weight, norm }: Unit,
  kernel: number,
  inputs: number,
  outputs: number,
): ParameterDeclaration[] {
  return [
    {
      name: `${weight}/weight`,
      shape: [kernel, kernel, inputs, outputs],
      group: 'backbone',
      trainable: true,
      // By fan-out, as published.
      initial: { kind: 'normal', deviation: Math.sqrt(2 / (kernel * kernel * outputs)) },
    },
    ...declareBatchNorm(norm, outputs, 'backbone'),
  ];
}

/**
 * BN(W * x), padded alike on all sides, so that a stride of 2 gives ceil(size / 2) and its taps lie where those of
 * PyTorch do ('same' would pad even sizes below and to the right only).
 */
export function applyUnit(
  context: ForwardContext,
  { weight, norm }: Unit,
  x: Tensor,
  { stride = 1, dilation = 1 } = {},
): Tensor {
  const kernel = context.parameter(`${weight}/weight`) as tf.Tensor4D;
  const padding = stride === 1 ? 'same' : (kernel.shape[0] - 1) / 2;
  return batchNorm(
    context,
    norm,
    tf.conv2d(x as tf.Tensor4D, kernel, stride, padding, 'NHWC', stride === 1 ? dilation : 1),
  );
}

/** Whether the block's input has to be brought to its output's channels or size before both are added. */
function needsProjection({ inputs, narrow, stride }: BottleneckShape): boolean {
  return stride !== 1 || inputs !== EXPANSION * narrow;
}

const unit = (prefix: string, number: number): Unit => ({
  weight: `${prefix}/conv${number}`,
  norm: `${prefix}/bn${number}`,
});
const projection = (prefix: string): Unit => ({
  weight: `${prefix}/downsample/conv`,
  norm: `${prefix}/downsample/bn`,
});

/** A bottleneck of 1x1, 3x3 and 1x1 convolutions: parameters `conv1`..`conv3`, `bn1`..`bn3`, `downsample/conv`, `.../bn`. */
export function declareBottleneck(prefix: string, shape: BottleneckShape): ParameterDeclaration[] {
  const { inputs, narrow } = shape;
  const outputs = EXPANSION * narrow;
  return [
    ...declareUnit(unit(prefix, 1), 1, inputs, narrow),
    ...declareUnit(unit(prefix, 2), 3, narrow, narrow),
    ...declareUnit(unit(prefix, 3), 1, narrow, outputs),
    ...(needsProjection(shape) ? declareUnit(projection(prefix), 1, inputs, outputs) : []),
  ];
}

/** Multiply-accumulates for one image, with `before` and `after` pixels going in and coming out. */
export function bottleneckMacs(shape: BottleneckShape, before: number, after: number): number {
  const { inputs, narrow } = shape;
  const outputs = EXPANSION * narrow;
  const skip = needsProjection(shape) ? inputs * outputs * after : 0;
  return inputs * narrow * before + (9 * narrow * narrow + narrow * outputs) * after + skip;
}

/** ReLU(x' + F(x)), with the stride in the 3x3 convolution as in torchvision and timm. */
export function bottleneck(
  context: ForwardContext,
  prefix: string,
  x: Tensor,
  shape: BottleneckShape,
): Tensor {
  const { stride, dilation } = shape;
  const narrow = tf.relu(applyUnit(context, unit(prefix, 1), x));
  const spread = tf.relu(applyUnit(context, unit(prefix, 2), narrow, { stride, dilation }));
  const residual = applyUnit(context, unit(prefix, 3), spread);
  const skip = needsProjection(shape) ? applyUnit(context, projection(prefix), x, { stride }) : x;
  return tf.relu(tf.add(residual, skip));
}
