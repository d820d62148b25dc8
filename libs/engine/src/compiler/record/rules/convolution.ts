import { TaskweaveError } from '@taskweave/common';
import { tf } from '../../../tfjs.js';
import type { Attributes } from '../../graph.js';
import { numbers, type KernelRule, type KernelRules } from './rule.js';
import { checkedGeometry } from './window-geometry.js';

type Shape4D = [number, number, number, number];

function computeInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  const format = attributes['dataFormat'] ?? 'NHWC';
  if (format !== 'NHWC') {
    throw new TaskweaveError({
      code: 'TRACE_UNSUPPORTED',
      message: 'A convolution in another data format than NHWC cannot be traced.',
      found: String(format),
      expected: 'NHWC',
      action: 'Leave dataFormat out; the compiler picks the layout that is fastest.',
    });
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    attributes['strides'] as [number, number],
    (attributes['dilations'] as [number, number] | undefined) ?? [1, 1],
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
    depthwise,
  );
  return checkedGeometry(info, attributes);
}

/** Geometry of a 2-D convolution; shapes NHWC and HWIO. */
export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): tf.backend_util.Conv2DInfo {
  return computeInfo(inputShape, filterShape, attributes, false);
}

/** Geometry of a depthwise convolution; the filter is [height, width, channels, multiplier]. */
export function depthwiseInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): tf.backend_util.Conv2DInfo {
  return computeInfo(inputShape, filterShape, attributes, true);
}

/** Geometry of a grouped convolution; the filter is [height, width, channels / groups, outputs]. */
export function groupedInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): tf.backend_util.Conv2DInfo {
  const [height, width, , outputs] = filterShape as Shape4D;
  return computeInfo(inputShape, [height, width, inputShape[3]!, outputs], attributes, false);
}

const forward = (info: typeof convolutionInfo): KernelRule => ({
  inputs: ['x', 'filter'],
  shape: ([x, filter], attributes) => [
    { dtype: 'float32', shape: info(x!.shape, filter!.shape, attributes).outShape },
  ],
});

const backpropInput: KernelRule = {
  inputs: ['dy', 'filter'],
  shape: (_, attributes) => [{ dtype: 'float32', shape: numbers(attributes, 'inputShape') }],
};

const backpropFilter: KernelRule = {
  inputs: ['x', 'dy'],
  shape: (_, attributes) => [{ dtype: 'float32', shape: numbers(attributes, 'filterShape') }],
};

/** Convolutions: dense, depthwise and grouped, with their gradients. */
export const CONVOLUTION_RULES: KernelRules = {
  Conv2D: forward(convolutionInfo),
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
  DepthwiseConv2dNative: forward(depthwiseInfo),
  DepthwiseConv2dNativeBackpropInput: backpropInput,
  DepthwiseConv2dNativeBackpropFilter: backpropFilter,
  GroupedConv2D: forward(groupedInfo),
  GroupedConv2DBackpropInput: backpropInput,
  GroupedConv2DBackpropFilter: backpropFilter,
};
