import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe('an average pool', () => {
  it('has the right gradient: each window divided by the cells inside', async () => {
    const pool = fc.record({
      shape: fc.tuple(
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 3, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
      ),
      size: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      pad: fc.constantFrom('same' as const, 'valid' as const),
    });
    await fc.assert(
      fc.asyncProperty(pool, async ({ shape, size, stride, pad }) => {
        await expectRightEverywhere({ x: normal('x', shape) }, ({ x }) =>
          tf.avgPool(x as tf.Tensor4D, size, stride, pad),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('may cover the whole image', async () => {
    await expectRightEverywhere({ x: normal('x', [2, 5, 7, 3]) }, ({ x }) =>
      tf.avgPool(x as tf.Tensor4D, [5, 7], 1, 'valid'),
    );
  });
});
