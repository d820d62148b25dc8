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

describe('an average pool', () => {
  const inputs = { x: counted(3) };
  const program = pure(inputs, ({ x }) => ({ y: tf.avgPool(x as tf.Tensor4D, 3, 1, 'same') }));

  it('of the oracle divides by the number of cells inside (MTL-NAS worked example)', async () => {
    const { outputs } = await runProgram('cpu', program, { inputs });
    expect([...outputs['y']!.data]).toEqual([3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7]);
  });

  it('is refused by the compiler by name', async () => {
    await expect(runProgram('onnx', program, { inputs })).rejects.toMatchObject({
      code: 'TRACE_UNSUPPORTED',
      message: expect.stringContaining('AvgPool') as string,
    });
  });
});
