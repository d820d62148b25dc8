import fc from 'fast-check';
import type { HostTensors } from '../host-tensor.js';
import { normal } from '../test-values.js';
import { tf } from '../tf.js';
import {
  anyTensor,
  ofOne,
  on,
  shapeOfRank,
  size,
  withoutGradients,
  type Comparison,
  type Comparisons,
} from './comparison.js';

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

/** A comparison of a reduction over some of the axes. */
function overAxes(reduce: Reduce): Comparison {
  return {
    cases: shapeOfRank(1, 4)
      .chain((shape) =>
        fc.tuple(fc.constant(shape), fc.subarray([...shape.keys()], { minLength: 1 }), fc.boolean()),
      )
      .map(([shape, axes, keep]) => ({
        state: { x: normal('x', shape) },
        apply: ({ x }) => reduce(x!, axes, keep),
      })),
  };
}

/** A comparison of a function along one axis. */
const alongAxis = (apply: (x: tf.Tensor, axis: number, keepDims: boolean) => tf.Tensor): Comparison =>
  overAxes((x, axes, keep) => apply(x, axes[0]!, keep));

const matrices: fc.Arbitrary<HostTensors> = fc
  .tuple(size, size, size, size)
  .map(([batch, n, m, k]) => ({ x: normal('x', [batch, n, m]), y: normal('y', [batch, m, k]) }));

export const REDUCTION_COMPARISONS: Comparisons = {
  sum: overAxes((x, axes, keep) => tf.sum(x, axes, keep)),
  mean: overAxes((x, axes, keep) => tf.mean(x, axes, keep)),
  max: overAxes((x, axes, keep) => tf.max(x, axes, keep)),
  min: overAxes((x, axes, keep) => tf.min(x, axes, keep)),
  prod: overAxes((x, axes, keep) => tf.prod(x, axes, keep)),
  moments: overAxes((x, axes, keep) => tf.moments(x, axes, keep).variance),
  logSumExp: overAxes((x, axes, keep) => tf.logSumExp(x, axes, keep)),
  argMax: withoutGradients(alongAxis((x, axis) => tf.argMax(tf.round(x), axis))),
  argMin: withoutGradients(alongAxis((x, axis) => tf.argMin(tf.round(x), axis))),
  cumsum: alongAxis((x, axis, reverse) => tf.cumsum(x, axis, false, reverse)),
  'cumsum, exclusive': alongAxis((x, axis, reverse) => tf.cumsum(x, axis, true, reverse)),
  cumprod: withoutGradients(alongAxis((x, axis, reverse) => tf.cumprod(x, axis, false, reverse))),
  'cumprod, exclusive': withoutGradients(alongAxis((x, axis, reverse) => tf.cumprod(x, axis, true, reverse))),
  softmax: ofOne((x) => tf.softmax(x), anyTensor(1)),
  logSoftmax: ofOne((x) => tf.logSoftmax(x), anyTensor(1)),
  topk: withoutGradients(
    ofOne((x) => {
      const { values, indices } = tf.topk(tf.round(x), Math.ceil(x.shape.at(-1)! / 2));
      return tf.add(values, tf.mul(tf.cast(indices, 'float32'), 10));
    }, anyTensor(1)),
  ),
  matMul: on(matrices, ({ x, y }) => tf.matMul(x!, y!)),
  'matMul, transposed': on(matrices, ({ x, y }) => tf.matMul(y!, x!, true, true)),
};
