import fc from 'fast-check';
import type { HostTensors } from '../host-tensor.js';
import { groupedConv2d } from '../ops/grouped-convolution.js';
import { normal } from '../test-values.js';
import { tf } from '../tf.js';
import type { Comparison, Comparisons } from './comparison.js';

interface Options {
  readonly stride: number;
  readonly dilation: number;
  readonly pad: 'same' | 'valid';
  readonly size: number;
}

/** A comparison of an op that moves a window over images. */
function windowed(
  filter: (channels: number, size: number) => number[] | undefined,
  apply: (x: tf.Tensor4D, filter: tf.Tensor4D, options: Options) => tf.Tensor,
): Comparison {
  const pixels = fc.integer({ min: 5, max: 9 });
  return {
    cases: fc
      .record({
        batch: fc.integer({ min: 1, max: 3 }),
        height: pixels,
        width: pixels,
        channels: fc.constantFrom(2, 4, 6),
        size: fc.integer({ min: 1, max: 3 }),
        step: fc.constantFrom([1, 1], [2, 1], [3, 1], [1, 2]),
        pad: fc.constantFrom('same' as const, 'valid' as const),
      })
      .map(({ batch, height, width, channels, size, step, pad }) => {
        const options = { stride: step[0]!, dilation: step[1]!, pad, size };
        const shape = filter(channels, size);
        const state: HostTensors = {
          x: normal('x', [batch, height, width, channels]),
          ...(shape !== undefined && { filter: normal('filter', shape, 0.5) }),
        };
        return { state, apply: (t) => apply(t['x'] as tf.Tensor4D, t['filter'] as tf.Tensor4D, options) };
      }),
  };
}

export const WINDOW_COMPARISONS: Comparisons = {
  conv2d: windowed(
    (channels, size) => [size, size, channels, 3],
    (x, filter, { stride, pad, dilation }) => tf.conv2d(x, filter, stride, pad, 'NHWC', dilation),
  ),
  depthwiseConv2d: windowed(
    (channels, size) => [size, size, channels, 1],
    (x, filter, { stride, pad, dilation }) => tf.depthwiseConv2d(x, filter, stride, pad, 'NHWC', dilation),
  ),
  'depthwiseConv2d, multiplier 2': windowed(
    (channels, size) => [size, size, channels, 2],
    (x, filter, { stride, pad, dilation }) => tf.depthwiseConv2d(x, filter, stride, pad, 'NHWC', dilation),
  ),
  'depthwiseConv2d, multiplier 3': windowed(
    (channels, size) => [size, size, channels, 3],
    (x, filter, { stride, pad, dilation }) => tf.depthwiseConv2d(x, filter, stride, pad, 'NHWC', dilation),
  ),
  separableConv2d: windowed(
    (channels, size) => [size, size, channels, 2],
    (x, filter, { stride, pad }) =>
      tf.separableConv2d(x, filter, tf.ones([1, 1, 2 * x.shape[3], 3]), stride, pad),
  ),
  groupedConv2d: windowed(
    (channels, size) => [size, size, channels / 2, 6],
    (x, filter, { stride, pad, dilation }) =>
      groupedConv2d(x, filter, { strides: stride, pad, dilations: dilation }),
  ),
  maxPool: windowed(
    () => undefined,
    (x, _, { size, stride, pad }) => tf.maxPool(x, size, stride, pad),
  ),
  avgPool: windowed(
    () => undefined,
    (x, _, { size, stride, pad }) => tf.avgPool(x, size, stride, pad),
  ),
  'resizeBilinear, larger': windowed(
    () => undefined,
    (x, _, { size, pad }) => tf.image.resizeBilinear(x, [12 + size, 11], pad === 'same'),
  ),
  'resizeBilinear, smaller, pixels as areas': windowed(
    () => undefined,
    (x, _, { size }) => tf.image.resizeBilinear(x, [4, 1 + size], false, true),
  ),
};
