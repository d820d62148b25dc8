import fc from 'fast-check';
import { describe, it } from 'vitest';
import { differentiated, expectEqualEngines, normal } from '../../testing.js';
import { tf } from '../../tf.js';

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
