import { tf, type Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';
import type { ParameterDeclaration, ParameterGroup } from '../parameters.js';
import { batchNorm, declareBatchNorm } from './batch-norm.js';

export interface ConvolutionShape {
  /** Height and width of the kernel. */
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly group: ParameterGroup;
  /** Variance of the initial weights times fan-in. Default 2, as suits layers before a ReLU (Kaiming). */
  readonly gain?: number;
}

/** A k x k convolution without bias, its normalisation and ReLU. */
export function declareConvolution(
  prefix: string,
  { kernel, inputs, outputs, group, gain = 2 }: ConvolutionShape,
): ParameterDeclaration[] {
  return [
    {
      name: `${prefix}/weight`,
      shape: [kernel, kernel, inputs, outputs],
      group,
      trainable: true,
      initial: { kind: 'normal', deviation: Math.sqrt(gain / (kernel * kernel * inputs)) },
    },
    ...declareBatchNorm(`${prefix}/bn`, outputs, group),
  ];
}

/**
 * ReLU(BN(W * x)) with padding that keeps the size.
 *
 * @param dilation distance between the taps of the kernel in pixels, >= 1
 */
export function convolution(context: ForwardContext, prefix: string, x: Tensor, dilation = 1): Tensor {
  const weight = context.parameter(`${prefix}/weight`) as tf.Tensor4D;
  const y = tf.conv2d(x as tf.Tensor4D, weight, 1, 'same', 'NHWC', dilation);
  return tf.relu(batchNorm(context, `${prefix}/bn`, y));
}
