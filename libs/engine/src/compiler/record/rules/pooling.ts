import type { Windows } from '../../../axis-matrix.js';
import { tf } from '../../../tfjs.js';
import type { Attributes } from '../../graph.js';
import { like, type KernelRule, type KernelRules } from './rule.js';
import { checkedGeometry } from './window-geometry.js';

/** Geometry of a 2-D pool; shape NHWC. */
export function poolInfo(inputShape: readonly number[], attributes: Attributes): tf.backend_util.Conv2DInfo {
  const info = tf.backend_util.computePool2DInfo(
    inputShape as [number, number, number, number],
    attributes['filterSize'] as [number, number],
    attributes['strides'] as [number, number],
    1,
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
  );
  return checkedGeometry(info, attributes);
}

/** A pool's windows along rows and along columns. */
export function poolWindows(info: tf.backend_util.Conv2DInfo): [rows: Windows, columns: Windows] {
  return [
    {
      input: info.inHeight,
      output: info.outHeight,
      size: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    {
      input: info.inWidth,
      output: info.outWidth,
      size: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  ];
}

const pool: KernelRule = {
  inputs: ['x'],
  shape: ([x], attributes) => [{ dtype: 'float32', shape: poolInfo(x!.shape, attributes).outShape }],
};

/** Pools and their gradients. */
export const POOLING_RULES: KernelRules = {
  AvgPool: pool,
  AvgPoolGrad: { inputs: ['dy', 'input'], shape: ([, input]) => like(input!) },
  MaxPool: pool,
  MaxPoolGrad: { inputs: ['dy', 'input', 'output'], shape: ([, input]) => like(input!) },
};
