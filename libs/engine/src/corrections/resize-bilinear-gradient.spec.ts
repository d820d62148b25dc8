import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

const size = fc.integer({ min: 1, max: 9 });

describe('bilinear resizing', () => {
  it.each([
    ['corners aligned', true, false],
    ['pixels as areas', false, true],
    ['neither', false, false],
  ])(
    '%s, has the right value and gradient, square or not, larger or smaller',
    async (_, align, halfPixel) => {
      await fc.assert(
        fc.asyncProperty(size, size, size, size, async (height, width, newHeight, newWidth) => {
          await expectRightEverywhere({ x: normal('x', [2, height, width, 3]) }, ({ x }) =>
            tf.image.resizeBilinear(x as tf.Tensor4D, [newHeight, newWidth], align, halfPixel),
          );
        }),
        { numRuns: 25 },
      );
    },
  );
});
