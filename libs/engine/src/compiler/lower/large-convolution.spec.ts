import { expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { valueAndGradients } from '../../gradients.js';
import { float32 } from '../../host-tensor.js';
import type { Program } from '../../program.js';
import { normal, relativeError, runProgram } from '../../testing.js';
import { tf } from '../../tf.js';
import { compile } from '../compile.js';

// Two images: 9 taps of them are over the limit from which on each tap has a product of its own, those of one are not.
const shape = [2, 230, 600, 30] as const;
const wave = Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(0.7 * i));
const inputs = { images: float32(shape, wave) };
const state = { filter: normal('filter', [3, 3, 30, 2], 0.1) };

/** The gradient of a filter, its images convolved all at once or one by one. */
function filterGradient(parts: number): Program {
  return {
    name: 'filter-gradient',
    inputs: { images: { dtype: 'float32', shape } },
    reads: ['filter'],
    run(variables, { images }) {
      const { gradients } = valueAndGradients(({ filter }) => {
        const losses = tf
          .split(images!, parts)
          .map((x) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))));
        return { value: tf.addN(losses) as tf.Scalar, auxiliary: {} };
      }, variables);
      return { outputs: gradients };
    },
  };
}

it('the gradient of a filter over large images, one product per tap, is the sum of those of single images', async () => {
  const products = (parts: number) =>
    compile(filterGradient(parts), state).model.nodes.filter(({ opType }) => opType === 'MatMul').length;
  expect([products(1), products(2)]).toEqual([9, 2]);
  const { outputs } = await runProgram('onnx', filterGradient(1), { state, inputs });
  const { outputs: expected } = await runProgram('onnx', filterGradient(2), { state, inputs });
  expect(relativeError(outputs['filter']!.data, expected['filter']!.data)).toBeLessThan(1e-5);
});
