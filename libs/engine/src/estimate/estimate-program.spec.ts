import { expect, it } from 'vitest';
import { valueAndGradients } from '../gradients.js';
import type { Program } from '../program.js';
import { tf } from '../tf.js';
import { estimateProgram } from './estimate-program.js';

const state = {
  filter: { dtype: 'float32', shape: [3, 3, 2, 4] },
  dense: { dtype: 'float32', shape: [256, 5] },
} as const;
const program: Program = {
  name: 'forward',
  inputs: { image: { dtype: 'float32', shape: [2, 8, 8, 2] } },
  reads: ['filter', 'dense'],
  run({ filter, dense }, { image }) {
    const features = tf.sigmoid(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'));
    return { outputs: { y: tf.matMul(tf.reshape(features, [2, 256]), dense as tf.Tensor2D) } };
  },
};

it('counts multiply-accumulates of convolutions and products', async () => {
  const { macs, nodes } = await estimateProgram(program, state);
  expect(macs).toBe(2 * 8 * 8 * 4 * (9 * 2) + 2 * 256 * 5);
  expect(nodes.find(({ opType }) => opType === 'Conv' || opType === 'FusedConv')?.depth).toBe(18);
});

it('counts what comes after the gradient of a pool too', async () => {
  const filters = { first: state.filter, second: { dtype: 'float32', shape: [3, 3, 4, 4] } } as const;
  const { macs } = await estimateProgram(
    {
      ...program,
      reads: ['first', 'second'],
      run({ first, second }, { image }) {
        const { gradients, value } = valueAndGradients(
          ({ filter }) => {
            const features = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
            const pooled = tf.maxPool(tf.conv2d(features, second as tf.Tensor4D, 1, 'same'), 2, 2, 'valid');
            return { value: tf.sum(tf.square(pooled)) as tf.Scalar, auxiliary: {} };
          },
          { filter: first! },
        );
        return { outputs: { value, gradient: gradients['filter']! } };
      },
    },
    filters,
  );
  // Both forward, and d(features) and d(first) behind the pool.
  expect(macs).toBe(2 * 8 * 8 * 4 * (2 * 9 * 2 + 2 * 9 * 4));
});

it('counts the memory of the tensors in between', async () => {
  const { activationBytes } = await estimateProgram(program, state);
  const features = 4 * 2 * 8 * 8 * 4;
  // The features, and at most a copy of them in the model's own order.
  expect(activationBytes).toBeGreaterThanOrEqual(features);
  expect(activationBytes).toBeLessThanOrEqual(2 * features);
});
