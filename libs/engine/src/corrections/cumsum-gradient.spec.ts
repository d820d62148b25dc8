import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe('a running sum', () => {
  it('has the right gradient along every axis', async () => {
    const size = fc.integer({ min: 1, max: 5 });
    const options = fc.record({ axis: fc.nat(2), exclusive: fc.boolean(), reverse: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.tuple(size, size, size), options, async (shape, { axis, exclusive, reverse }) => {
        await expectRightEverywhere({ x: normal('x', shape) }, ({ x }) =>
          tf.cumsum(x!, axis, exclusive, reverse),
        );
      }),
      { numRuns: 25 },
    );
  });
});
