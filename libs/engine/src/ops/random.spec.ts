import { describe, expect, it } from 'vitest';
import { elementCount, randomStream } from '@taskweave/common';
import { float32, int32 } from '../host-tensor.js';
import { TESTED_ENGINES, pure, runProgram } from '../testing.js';
import { tf } from '../tf.js';
import { randomNormal, randomUniform } from './random.js';

const SEED = 0xdeadbeef;

describe.each(TESTED_ENGINES)('random numbers on %s', (engine) => {
  it.each([[[1]], [[7]], [[2, 3, 4]], [[2, 5, 3, 3]], [[]], [[1024, 33]]])(
    'are those of randomStream, to the bit: shape %j',
    async (shape) => {
      for (const step of [0, 1, 123_456_789, 2 ** 31 - 1]) {
        const inputs = { step: int32([], [step]) };
        const program = pure(inputs, (x) => ({
          y: randomUniform(shape, { seed: SEED, stream: 'test', step: x['step']! }),
        }));
        const { outputs } = await runProgram(engine, program, { inputs });
        const stream = randomStream(SEED, 'test', step);
        const expected = Float32Array.from({ length: elementCount(shape) }, (_, i) => stream.uniform(i));
        expect(outputs['y']).toEqual(float32(shape, expected));
      }
    },
  );

  it('are normal within 1e-6 of those of randomStream', async () => {
    const inputs = { step: int32([], [9]) };
    const program = pure(inputs, (x) => ({
      y: randomNormal([50, 101], { seed: SEED, stream: 'normal', step: x['step']! }),
    }));
    const { outputs } = await runProgram(engine, program, { inputs });
    const stream = randomStream(SEED, 'normal', 9);
    const errors = Array.from(outputs['y']!.data, (x, i) => Math.abs(x - stream.normal(i)));
    expect(outputs['y']!.shape).toEqual([50, 101]);
    expect(Math.max(...errors)).toBeLessThan(1e-6);
  });

  it('change with the step, without compiling again', async () => {
    const program = {
      name: 'steps',
      inputs: {},
      reads: ['step'],
      run: ({ step }: Record<string, tf.Tensor>) => ({
        outputs: { y: randomUniform([3], { seed: 1, stream: 's', step: step! }) },
        state: { step: tf.add(step!, tf.scalar(1, 'int32')) },
      }),
    };
    const { outputs, state } = await runProgram(engine, program, {
      state: { step: int32([], [0]) },
      calls: 3,
    });
    expect([...state['step']!.data]).toEqual([3]);
    expect([...outputs['y']!.data]).toEqual([0, 1, 2].map((i) => randomStream(1, 's', 2).uniform(i)));
  });

  it.each([
    ['a fraction', float32([], [1])],
    ['several numbers', int32([2], [1, 2])],
  ])('refuse %s as a step', async (_, step) => {
    const inputs = { step };
    const program = pure(inputs, (x) => ({
      y: randomUniform([3], { seed: 1, stream: 'layer', step: x['step']! }),
    }));
    await expect(runProgram(engine, program, { inputs })).rejects.toMatchObject({
      code: 'INTERNAL',
      subject: 'layer',
      expected: 'int32 of shape []',
    });
  });
});
