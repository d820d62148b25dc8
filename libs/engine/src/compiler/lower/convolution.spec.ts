import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { valueAndGradients } from '../../gradients.js';
import { float32 } from '../../host-tensor.js';
import type { Program } from '../../program.js';
import { differentiated, expectEqualEngines, normal, relativeError, runProgram } from '../../testing.js';
import { tf } from '../../tf.js';
import { compile } from '../compile.js';

describe('a lowered convolution', () => {
  const convolution = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 5, max: 9 }),
    width: fc.integer({ min: 5, max: 9 }),
    inputs: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 4 }),
    kernel: fc.constantFrom(1, 2, 3, 5),
    stride: fc.constantFrom(1, 2),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  });

  it('equals the oracle in value and gradients', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async (c) => {
        const state = {
          x: normal('x', [c.batch, c.height, c.width, c.inputs]),
          filter: normal('f', [c.kernel, c.kernel, c.inputs, c.outputs]),
        };
        const program = differentiated(state, ({ x, filter }) =>
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad),
        );
        await expectEqualEngines(program, state);
      }),
      { numRuns: 25 },
    );
  });
});

// Two images: 9 taps of them are over the limit from which on each tap has a product of its own, those of one are not.
const LARGE = [2, 230, 600, 30] as const;
const wave = Float32Array.from({ length: elementCount(LARGE) }, (_, i) => Math.sin(0.7 * i));
const inputs = { images: float32(LARGE, wave) };
const state = { filter: normal('filter', [3, 3, 30, 2], 0.1) };

/** The gradient of a filter, its images convolved all at once or one by one. */
function filterGradient(parts: number): Program {
  return {
    name: 'filter-gradient',
    inputs: { images: { dtype: 'float32', shape: LARGE } },
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
