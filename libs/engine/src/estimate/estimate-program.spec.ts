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

it('counts the memory of the tensors in between, and of the results', async () => {
  const batch = 500;
  const { activationBytes, outputBytes } = await estimateProgram(
    {
      ...program,
      inputs: { image: { dtype: 'float32', shape: [batch, 8, 8, 2] } },
      run({ filter, dense }, { image }) {
        const features = tf.sigmoid(tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'));
        return { outputs: { y: tf.matMul(tf.reshape(features, [batch, 256]), dense as tf.Tensor2D) } };
      },
    },
    state,
  );
  const features = 4 * batch * 8 * 8 * 4;
  const image = 4 * batch * 8 * 8 * 2;
  // The features, at most a copy of them in the model's own order, and one of the images.
  expect(activationBytes).toBeGreaterThanOrEqual(features);
  expect(activationBytes).toBeLessThanOrEqual(1.05 * (2 * features + image));
  expect(outputBytes).toBe(4 * batch * 5);
});

it('counts the gradient of a convolution whose filter is larger than its image', async () => {
  const filter = { dtype: 'float32', shape: [3, 3, 8, 8] } as const;
  const { macs, nodes } = await estimateProgram(
    {
      name: 'deep',
      inputs: { image: { dtype: 'float32', shape: [1, 4, 4, 8] } },
      reads: ['first', 'second'],
      run({ first, second }, { image }) {
        const { gradients, value } = valueAndGradients(
          (variables) => {
            const features = tf.conv2d(image as tf.Tensor4D, variables['first'] as tf.Tensor4D, 1, 'same');
            const y = tf.conv2d(features, second as tf.Tensor4D, 1, 'same');
            return { value: tf.sum(tf.square(y)) as tf.Scalar, auxiliary: {} };
          },
          { first: first! },
        );
        return { outputs: { value, gradient: gradients['first']! } };
      },
    },
    { first: filter, second: filter },
  );
  expect(nodes.some(({ opType }) => opType === 'ConvTranspose')).toBe(true);
  // Both forward, d(features) and d(first).
  expect(macs).toBe(4 * 16 * 9 * 8 * 8);
});
