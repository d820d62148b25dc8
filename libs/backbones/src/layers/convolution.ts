import { tf, type Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';
import { kaimingNormal, type ParameterDeclaration, type ParameterGroup } from '../parameters.js';
import { batchNorm, declareBatchNorm } from './batch-norm.js';

/** A k x k convolution without bias, its normalisation and ReLU. */
export function declareConvolution(
  prefix: string,
  {
    kernel,
    inputs,
    outputs,
    group,
  }: { kernel: number; inputs: number; outputs: number; group: ParameterGroup },
): ParameterDeclaration[] {
  return [
    {
      name: `${prefix}/weight`,
      shape: [kernel, kernel, inputs, outputs],
      group,
      trainable: true,
      initial: kaimingNormal(kernel * kernel * inputs),
    },
    ...declareBatchNorm(`${prefix}/bn`, outputs, group),
  ];
}

/** ReLU(BN(W * x)) with padding that keeps the size. */
export function convolution(context: ForwardContext, prefix: string, x: Tensor): Tensor {
  const weight = context.parameter(`${prefix}/weight`) as tf.Tensor4D;
  return tf.relu(batchNorm(context, `${prefix}/bn`, tf.conv2d(x as tf.Tensor4D, weight, 1, 'same')));
}
