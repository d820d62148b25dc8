import fc from 'fast-check';
import type { HostTensors } from '../host-tensor.js';
import { normal } from '../test-values.js';
import { tf } from '../tf.js';
import {
  indices,
  on,
  shapeOfRank,
  size,
  withoutGradients,
  type Comparison,
  type Comparisons,
} from './comparison.js';

/** `x` of any shape, and int32 `ids` that pick along its axis `axis(rank)`. */
function picked(
  axis: (rank: number) => number,
  apply: (x: tf.Tensor, ids: tf.Tensor) => tf.Tensor,
): Comparison {
  const states = fc.tuple(shapeOfRank(1, 4), shapeOfRank(1, 2)).map(([shape, count]): HostTensors => ({
    x: normal('x', shape),
    ids: indices(count, shape[axis(shape.length)]!),
  }));
  return on(states, ({ x, ids }) => apply(x!, ids!));
}

const labels = shapeOfRank(1, 3).map((shape): HostTensors => ({ ids: indices(shape, 6) }));

export const GATHER_COMPARISONS: Comparisons = {
  'gather along the first axis': picked(
    () => 0,
    (x, ids) => tf.gather(x, ids as tf.Tensor1D, 0),
  ),
  'gather along the last axis': picked(
    (rank) => rank - 1,
    (x, ids) => tf.gather(x, ids as tf.Tensor1D, x.rank - 1),
  ),
  unsortedSegmentSum: on(
    fc.tuple(size, shapeOfRank(0, 2)).map(([rows, rest]): HostTensors => ({
      x: normal('x', [rows, ...rest]),
      ids: indices([rows], 3),
    })),
    // Ids from -1 to 1, of which -1 counts nowhere.
    ({ x, ids }) => tf.unsortedSegmentSum(x!, tf.sub(ids!, tf.scalar(1, 'int32')) as tf.Tensor1D, 2),
  ),
  oneHot: withoutGradients(on(labels, ({ ids }) => tf.oneHot(ids as tf.Tensor1D, 4, 1, 0, 'float32'))),
  'oneHot with other values': withoutGradients(
    on(labels, ({ ids }) => tf.oneHot(ids as tf.Tensor1D, 4, 3, -1)),
  ),
};
