import { describe, it } from 'vitest';
import { expectRightEverywhere } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe('taking a tensor apart', () => {
  it.each([1, 2, 4])('into %i part(s) has the right gradient', async (parts) => {
    await expectRightEverywhere(
      { x: normal('x', [3, parts]) },
      ({ x }) =>
        tf.add(
          tf.unstack(x!, 1).reduce((a, b) => tf.mul(a, b)),
          0,
        ),
      { step: 0.01, tolerance: 2e-3 },
    );
  });
});
