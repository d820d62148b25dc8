import { describe, expect, it } from 'vitest';
import { float32 } from '@taskweave/engine';
import {
  TESTED_ENGINES,
  differentiated,
  expectEqualEngines,
  normal,
  pure,
  runProgram,
} from '@taskweave/engine/testing';
import { halvingPool, smoothingPool } from './pool.js';

const counted = (size: number) =>
  float32(
    [1, size, size, 1],
    Float32Array.from({ length: size * size }, (_, i) => i + 1),
  );

describe.each(TESTED_ENGINES)('the pools of DeepLab on %s', (engine) => {
  const run = async (size: number, pool: typeof halvingPool) => {
    const inputs = { x: counted(size) };
    const { outputs } = await runProgram(
      engine,
      pure(inputs, ({ x }) => ({ y: pool(x!) })),
      { inputs },
    );
    return { shape: outputs['y']!.shape, data: [...outputs['y']!.data] };
  };

  it('halve odd and even sizes, rounding down', async () => {
    expect(await run(5, halvingPool)).toEqual({ shape: [1, 2, 2, 1], data: [13, 15, 23, 25] });
    expect(await run(4, halvingPool)).toEqual({ shape: [1, 2, 2, 1], data: [11, 12, 15, 16] });
  });

  it('with stride 1 keep the size', async () => {
    expect(await run(3, smoothingPool)).toEqual({ shape: [1, 3, 3, 1], data: [5, 6, 6, 8, 9, 9, 8, 9, 9] });
  });
});

it.each([
  ['halving', halvingPool],
  ['smoothing', smoothingPool],
])('the gradient of the %s pool equals the oracle', async (_, pool) => {
  const state = { x: normal('x', [2, 7, 6, 3]) };
  await expectEqualEngines(
    differentiated(state, ({ x }) => pool(x!)),
    state,
  );
});
