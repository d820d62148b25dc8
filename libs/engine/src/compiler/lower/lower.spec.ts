import { describe, it } from 'vitest';
import { float32 } from '../../host-tensor.js';
import { differentiated, expectEqualEngines, normal, pure } from '../../testing.js';
import { tf } from '../../tf.js';

type Apply = (x: tf.Tensor4D, v: tf.Tensor) => tf.Tensor;

const ELEMENTWISE: Record<string, Apply> = {
  relu: (x) => tf.relu(x),
  'broadcast over channels': (x, v) => tf.add(tf.mul(x, v), tf.div(x, tf.add(tf.square(v), 1))),
  'squared difference and power': (x, v) =>
    tf.pow(tf.add(tf.squaredDifference(x, tf.mul(x, v)), 1), tf.scalar(0.5)),
  'softplus, sigmoid and tanh': (x) => tf.add(tf.softplus(x), tf.mul(tf.sigmoid(x), tf.tanh(x))),
  'maximum and minimum': (x, v) => tf.sub(tf.maximum(x, tf.mul(x, v)), tf.minimum(x, tf.square(x))),
};

const REDUCTION: Record<string, Apply> = {
  'mean over pixels': (x) => tf.mean(x, [1, 2]),
  'sum over the batch': (x) => tf.sum(x, 0),
  keepDims: (x) => tf.sub(x, tf.max(x, 3, true)),
  softmax: (x) => tf.softmax(tf.reshape(x, [8, -1])),
  'log-softmax': (x) => tf.logSoftmax(x),
};

const SHAPE: Record<string, Apply> = {
  'concat, slice and split': (x) =>
    tf.concat([tf.slice(x, [0, 0, 1, 0], [-1, -1, 2, -1]), tf.split(x, 2, 2)[0]!], 2),
  'pad and transpose': (x) =>
    tf.transpose(
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
      [0, 3, 1, 2],
    ),
  tile: (x) => tf.tile(x, [1, 2, 1, 1]),
  'flatten and dense': (x) =>
    tf.matMul(tf.reshape(tf.relu(tf.maxPool(x, 2, 2, 'valid')), [2, -1]), tf.ones([12, 5])),
};

describe('lowered kernels equal the oracle', () => {
  it.each(Object.entries({ ...ELEMENTWISE, ...REDUCTION, ...SHAPE }))(
    '%s, value and gradients, plain and behind a convolution',
    async (_, apply) => {
      const state = {
        x: normal('x', [2, 4, 4, 3]),
        v: normal('v', [3]),
        filter: normal('f', [3, 3, 3, 3], 0.3),
      };
      await expectEqualEngines(
        differentiated(state, ({ x, v, filter }) =>
          tf.add(
            tf.sum(apply(x as tf.Tensor4D, v!)),
            apply(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), v!),
          ),
        ),
        state,
      );
    },
  );
});

describe('lowered comparisons and choices equal the oracle', () => {
  it.each(['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const)(
    '%s',
    async (compare) => {
      const inputs = { x: float32([2, 3], [1, 2, 3, -1, 2, 5]), v: float32([3], [1, 3, 2]) };
      const program = pure(inputs, ({ x, v }) => {
        const hit = tf[compare](x!, v!);
        return { y: tf.where(hit, x!, tf.neg(x!)), z: tf.cast(tf.logicalNot(hit), 'int32') };
      });
      await expectEqualEngines(program, {}, { inputs });
    },
  );
});
