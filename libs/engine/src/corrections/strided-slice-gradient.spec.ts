import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe('a strided slice', () => {
  const state = { x: normal('x', [5, 6, 3]) };

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['of every second element', (x) => tf.stridedSlice(x, [0, 1, 0], [5, 6, 3], [2, 2, 1])],
    ['with elements left over', (x) => tf.stridedSlice(x, [1, 0, 0], [4, 5, 2], [2, 3, 2])],
    ['backwards', (x) => tf.stridedSlice(x, [4, 5, 2], [0, 1, -4], [-1, -2, -1])],
    ['counted from the end', (x) => tf.stridedSlice(x, [-3, -2, -3], [-1, 6, 3], [1, 1, 1])],
    [
      'with masks for begin and end',
      (x) => tf.stridedSlice(x, [2, 2, 2], [3, 3, 3], [2, 1, 1], 0b101, 0b011),
    ],
    ['that drops an axis', (x) => tf.stridedSlice(x, [3, 0, 0], [4, 6, 3], [1, 1, 1], 0, 0, 0, 0, 0b001)],
    ['of one element', (x) => tf.stridedSlice(x, [2, 3, 1], [3, 4, 2], [1, 1, 1])],
  ])('%s has the right gradient', async (_, apply) => {
    await expectRightEverywhere(state, ({ x }) => apply(x!));
  });
});
