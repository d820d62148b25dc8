import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe.each(['reflect', 'symmetric'] as const)('mirrored padding (%s)', (mode) => {
  const axis = fc.integer({ min: 1, max: 5 }).chain((size) => {
    const limit = mode === 'reflect' ? size - 1 : size;
    return fc.tuple(fc.constant(size), fc.nat(limit), fc.nat(limit));
  });

  it('has the right gradient', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 3 }), async (axes) => {
        const state = {
          x: normal(
            'x',
            axes.map(([size]) => size),
          ),
        };
        const paddings = axes.map(([, before, after]): [number, number] => [before, after]);
        await expectRightEverywhere(state, ({ x }) => tf.mirrorPad(x!, paddings, mode));
      }),
      { numRuns: 25 },
    );
  });
});
