import { describe, expect, it } from 'vitest';
import { normal, pure } from '../../testing.js';
import { int32 } from '../../host-tensor.js';
import { tf } from '../../tf.js';
import { record } from './record.js';

const inputs = {
  x: normal('x', [2, 6, 8, 3]),
  filter: normal('f', [3, 2, 3, 4]),
  ids: int32([2, 1], [0, 1]),
};

describe('what would be recorded with the wrong shape or meaning is refused', () => {
  it.each<[string, string, (x: tf.Tensor4D, filter: tf.Tensor4D, ids: tf.Tensor) => tf.Tensor]>([
    ['another data format', 'data format', (x) => tf.conv2d(x, tf.ones([3, 3, 6, 4]), 1, 'same', 'NCHW')],
    [
      'one number of padding for a filter that is not square',
      'square window',
      (x, f) => tf.conv2d(x, f, 1, 1),
    ],
    ['one number of padding for unequal strides', 'equal strides', (x) => tf.maxPool(x, 2, [1, 2], 1)],
    [
      'a gather with batch dimensions',
      'batch dimensions',
      (x, _, ids) => tf.gather(x, ids as tf.Tensor1D, 1, 1),
    ],
  ])('%s', (_, message, apply) => {
    const program = pure(inputs, ({ x, filter, ids }) => ({
      y: apply(x as tf.Tensor4D, filter as tf.Tensor4D, ids!),
    }));
    expect(() => record(program, {})).toThrow(
      expect.objectContaining({
        code: 'TRACE_UNSUPPORTED',
        message: expect.stringContaining(message) as string,
      }),
    );
  });
});
