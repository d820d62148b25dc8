import { describe, expect, it } from 'vitest';
import { float32, tf } from '@taskweave/engine';
import {
  TESTED_ENGINES,
  differentiated,
  expectEqualEngines,
  normal,
  pure,
  runProgram,
} from '@taskweave/engine/testing';
import { adaptResolution } from './resolution-adapter.js';

const counted = (height: number, width: number) =>
  float32(
    [1, height, width, 1],
    Float32Array.from({ length: height * width }, (_, i) => i + 1),
  );

describe.each(TESTED_ENGINES)('features brought to another resolution on %s', (engine) => {
  const run = async (from: [number, number], to: [number, number]) => {
    const inputs = { x: counted(...from) };
    const program = pure(inputs, ({ x }) => ({ y: tf.mul(adaptResolution(x!, ...to), 1) }));
    const { y } = (await runProgram(engine, program, { inputs })).outputs;
    expect(y!.shape).toEqual([1, ...to, 1]);
    return [...y!.data].map((value) => Math.round(value * 1e4) / 1e4);
  };

  it('stay as they are at one size', async () => {
    expect(await run([2, 3], [2, 3])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are means where the source is larger', async () => {
    expect(await run([4, 4], [2, 2])).toEqual([3.5, 5.5, 11.5, 13.5]);
    expect(await run([2, 4], [2, 1])).toEqual([2.5, 6.5]);
    // Sizes halved rounding down: windows of 3, 2 apart, leave no pixel out.
    expect(await run([1, 5], [1, 2])).toEqual([2, 4]);
    // Rounding up: windows of 1, 2 apart, would leave every second out.
    expect(await run([1, 5], [1, 3])).toEqual([1, 3, 5]);
  });

  it('are interpolated between where the source is smaller, or larger by less than a factor of 2', async () => {
    expect(await run([2, 2], [3, 3])).toEqual([1, 1.5, 2, 2, 2.5, 3, 3, 3.5, 4]);
    expect(await run([1, 4], [1, 3])).toEqual([1, 2.5, 4]);
    expect(await run([4, 2], [2, 3])).toEqual([1, 1.5, 2, 7, 7.5, 8]);
  });
});

it.each<[string, [number, number], [number, number]]>([
  ['means', [8, 9], [4, 4]],
  ['means of other windows along each axis', [12, 6], [3, 3]],
  ['an interpolation to more', [3, 4], [6, 9]],
  ['an interpolation to fewer', [7, 8], [5, 6]],
])('the gradient of %s is its transpose, on every engine', async (_, from, to) => {
  const state = { x: normal('x', [2, ...from, 3]) };
  await expectEqualEngines(
    differentiated(state, ({ x }) => adaptResolution(x!, ...to)),
    state,
  );
  // <A z, y> = <z, A' y> for a linear A, whose gradient by x of <A x, y> is A' y.
  const inputs = { x: state.x, y: normal('y', [2, ...to, 3]), z: normal('z', [2, ...from, 3]) };
  const program = pure(inputs, ({ x, y, z }) => {
    const transposed = tf.grad((v: tf.Tensor) => tf.sum(tf.mul(adaptResolution(v, ...to), y!)))(x!);
    return {
      forward: tf.sum(tf.mul(adaptResolution(z!, ...to), y!)),
      backward: tf.sum(tf.mul(z!, transposed)),
    };
  });
  const { forward, backward } = (await runProgram('onnx', program, { inputs })).outputs;
  expect(backward!.data[0]).toBeCloseTo(forward!.data[0]!, 3);
});
