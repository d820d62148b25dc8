import { describe, expect, it } from 'vitest';
import { float32 } from '../../host-tensor.js';
import {
  TESTED_ENGINES,
  differentiated,
  expectEqualEngines,
  normal,
  pure,
  runProgram,
} from '../../testing.js';
import { tf } from '../../tf.js';

describe('a lowered max pool', () => {
  it.each([
    [2, 2, 'valid' as const],
    [2, 2, 'same' as const],
    [3, 2, 'same' as const],
    [3, 1, 'same' as const],
  ])('%i/%i %s equals the oracle on odd and even sizes, value and gradient', async (size, stride, pad) => {
    for (const [height, width] of [
      [6, 8],
      [7, 5],
    ] as const) {
      const state = { x: normal('x', [2, height, width, 3]) };
      await expectEqualEngines(
        differentiated(state, ({ x }) => tf.maxPool(x as tf.Tensor4D, size, stride, pad)),
        state,
      );
    }
  });
});

/** An image of size x size with the numbers from 1 on. */
const counted = (size: number) =>
  float32(
    [1, size, size, 1],
    Float32Array.from({ length: size * size }, (_, i) => i + 1),
  );

/** Zeros below and to the right, then "valid": the stride-2 pool of MTL-NAS's VGG. */
const padded = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.maxPool(
    tf.pad(x, [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ]),
    3,
    2,
    'valid',
  );
const same = (x: tf.Tensor4D): tf.Tensor4D => tf.maxPool(x, 3, 2, 'same');

describe.each(TESTED_ENGINES)('pools of the MTL-NAS worked example on %s', (engine) => {
  it.each([
    ['padded below and to the right', 5, padded, [13, 15, 23, 25]],
    ['padded on both sides ("same")', 5, same, [7, 9, 10, 17, 19, 20, 22, 24, 25]],
    ['padded below and to the right', 4, padded, [11, 12, 15, 16]],
    ['"same", which for even sizes is no different,', 4, same, [11, 12, 15, 16]],
  ])('%s, %i pixels wide', async (_, size, pool, expected) => {
    const inputs = { x: counted(size) };
    const program = pure(inputs, ({ x }) => ({ y: pool(x as tf.Tensor4D) }));
    const { outputs } = await runProgram(engine, program, { inputs });
    expect([...outputs['y']!.data]).toEqual(expected);
  });
});

describe.each(TESTED_ENGINES)('an average pool on %s', (engine) => {
  it('divides by the number of cells inside (MTL-NAS worked example)', async () => {
    const inputs = { x: counted(3) };
    const program = pure(inputs, ({ x }) => ({ y: tf.avgPool(x as tf.Tensor4D, 3, 1, 'same') }));
    const { outputs } = await runProgram(engine, program, { inputs });
    expect([...outputs['y']!.data]).toEqual([3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7]);
  });
});

describe.each(TESTED_ENGINES)('the gradient of a max pool on %s', (engine) => {
  it.each([
    // In windows of equal numbers the first in reading order counts as the maximum.
    [2, 2, [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]],
    [3, 1, [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('goes to the first of equal maxima, %i/%i', async (size, stride, expected) => {
    const state = { x: float32([1, 4, 4, 1], new Float32Array(16)) };
    const program = differentiated(state, ({ x }) =>
      tf.maxPool(tf.relu(x as tf.Tensor4D), size, stride, 'valid'),
    );
    const plain = differentiated(state, ({ x }) => tf.maxPool(x as tf.Tensor4D, size, stride, 'valid'));
    const { outputs } = await runProgram(engine, plain, { state });
    // d/dy (y · sigmoid(y)) = ½ for y = 0, and 1 for the sum of x.
    expect([...outputs['d/x']!.data]).toEqual(expected.map((hit) => 1 + hit / 2));
    const masked = await runProgram(engine, program, { state });
    expect([...masked.outputs['d/x']!.data]).toEqual(new Array(16).fill(1));
  });
});
