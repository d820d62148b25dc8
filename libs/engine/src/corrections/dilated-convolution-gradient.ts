import { ownKernel } from '../own-kernel.js';
import { tf } from '../tfjs.js';
import { replaceGradient } from './replace-gradient.js';
import { stuffed, stuffedSize, unstuffed } from './zero-stuffing.js';

interface Kernels {
  readonly forward: string;
  readonly input: string;
  readonly filter: string;
}

/**
 * tfjs 4.22: the gradients of `conv2d` and `depthwiseConv2d` refuse dilation, and the kernels below them take it for
 * 1 (Conv2D) or look at the wrong pixels (depthwise) on every backend.
 */
export function correctDilatedConvolutionGradient(): void {
  correct({ forward: tf.Conv2D, input: tf.Conv2DBackpropInput, filter: tf.Conv2DBackpropFilter });
  correct({
    forward: tf.DepthwiseConv2dNative,
    input: tf.DepthwiseConv2dNativeBackpropInput,
    filter: tf.DepthwiseConv2dNativeBackpropFilter,
  });
}

function correct(kernels: Kernels): void {
  replaceGradient({
    kernelName: kernels.forward,
    inputsToSave: ['x', 'filter'],
    gradFunc: (gradient, saved, attributes) => {
      const dy = gradient as tf.Tensor;
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        x: () => inputGradient(kernels.input, dy, filter, { ...attributes, inputShape: x.shape }),
        filter: () => filterGradient(kernels.filter, x, dy, { ...attributes, filterShape: filter.shape }),
      };
    },
  });
}

function inputGradient(
  kernel: string,
  dy: tf.Tensor,
  filter: tf.Tensor4D,
  attributes: tf.NamedAttrMap,
): tf.Tensor {
  const dilations = pair(attributes['dilations']);
  return ownKernel(kernel, { dy, filter }, { ...attributes, dilations }, () =>
    tf.tidy(() =>
      run(kernel, { dy, filter: dense(dilations) ? filter : stuffed(filter, dilations) }, attributes),
    ),
  );
}

function filterGradient(kernel: string, x: tf.Tensor, dy: tf.Tensor, attributes: tf.NamedAttrMap): tf.Tensor {
  const dilations = pair(attributes['dilations']);
  const shape = attributes['filterShape'] as number[];
  return ownKernel(kernel, { x, dy }, { ...attributes, dilations }, () => {
    if (dense(dilations)) return run(kernel, { x, dy }, attributes);
    const filterShape = [...stuffedSize(shape, dilations), ...shape.slice(2)];
    return tf.tidy(() =>
      unstuffed(run(kernel, { x, dy }, { ...attributes, filterShape }) as tf.Tensor4D, shape, dilations),
    );
  });
}

function run(kernel: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel(kernel, inputs, { ...attributes, dilations: [1, 1] }) as tf.Tensor;
}

const dense = (dilations: readonly [number, number]): boolean =>
  dilations.every((dilation) => dilation === 1);

function pair(dilations: unknown): [number, number] {
  if (Array.isArray(dilations)) return dilations as [number, number];
  return [(dilations as number | null) ?? 1, (dilations as number | null) ?? 1];
}
