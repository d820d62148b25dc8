import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from '../compiler/graph.js';
import { record } from '../compiler/record/record.js';
import { expectRightEverywhere } from '../finite-differences.js';
import { differentiated, normal } from '../testing.js';
import { tf } from '../tf.js';

describe('tiling', () => {
  it('has the right gradient, up to rank 5', async () => {
    const axis = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(axis, { minLength: 1, maxLength: 5 }), async (axes) => {
        const state = {
          x: normal(
            'x',
            axes.map(([size]) => size),
          ),
        };
        await expectRightEverywhere(state, ({ x }) =>
          tf.tile(
            x!,
            axes.map(([, reps]) => reps),
          ),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('takes the same few operations for however many repetitions', () => {
    const operations = (repetitions: number): number => {
      const state = { x: normal('x', [1, 1, 1, 2]) };
      const program = differentiated(state, ({ x }) => tf.tile(x!, [4, repetitions, repetitions, 1]));
      return topologicalOrder(Object.values(record(program, state).graph.outputs)).length;
    };
    expect(operations(50)).toBe(operations(2));
  });
});
