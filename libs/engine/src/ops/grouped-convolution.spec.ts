import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { TESTED_ENGINES, expectCloseTensors, normal, pure, runProgram } from '../testing.js';
import { tf } from '../tf.js';
import { groupedConv2d } from './grouped-convolution.js';

describe('a grouped convolution', () => {
  it('has the right value and gradients', async () => {
    const geometry = fc.record({
      groups: fc.integer({ min: 1, max: 4 }),
      inputs: fc.integer({ min: 1, max: 2 }),
      outputs: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 5, max: 8 }),
      width: fc.integer({ min: 5, max: 8 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      step: fc.constantFrom({}, { strides: 2 }, { dilations: 2 }),
      pad: fc.constantFrom('same' as const, 'valid' as const),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async ({ groups, inputs, outputs, height, width, kernel, step, pad }) => {
        const state = {
          x: normal('x', [2, height, width, groups * inputs]),
          filter: normal('f', [...kernel, inputs, groups * outputs]),
        };
        await expectRightEverywhere(state, ({ x, filter }) =>
          groupedConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, { ...step, pad }),
        );
      }),
      { numRuns: 25 },
    );
  });

  it.each(TESTED_ENGINES)('with one channel per group is a depthwise one, on %s', async (engine) => {
    const inputs = { x: normal('x', [2, 6, 5, 3]), filter: normal('f', [3, 3, 3, 2]) };
    const program = pure(inputs, ({ x, filter }) => ({
      y: groupedConv2d(x as tf.Tensor4D, tf.reshape(filter!, [3, 3, 1, 6])),
    }));
    const depthwise = pure(inputs, ({ x, filter }) => ({
      y: tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
    }));
    const { outputs } = await runProgram(engine, program, { inputs });
    expectCloseTensors(outputs, (await runProgram('cpu', depthwise, { inputs })).outputs, 1e-5);
  });

  it.each([
    ['channels', 5, [3, 3, 2, 4]],
    ['outputs', 4, [3, 3, 2, 3]],
  ])('refuses %s that do not divide into groups', (_, channels, filter) => {
    const call = () => groupedConv2d(tf.zeros([1, 4, 4, channels]), tf.zeros(filter as [3, 3, 2, 4]));
    expect(call).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });
});
