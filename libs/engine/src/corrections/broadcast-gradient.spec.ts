import { describe, it } from 'vitest';
import { expectMeasuredGradients } from '../finite-differences.js';
import { normal } from '../testing.js';
import { tf } from '../tf.js';

describe.each([
  ['maximum', tf.maximum, 0.001],
  ['minimum', tf.minimum, 0.001],
  ['squaredDifference', tf.squaredDifference, 0.5],
])('the gradient of %s', (_, apply, step) => {
  it.each([
    ['equal shapes', [3, 4], [3, 4]],
    ['a row', [3, 4], [4]],
    ['a scalar', [3, 4], []],
    ['a column and a row', [3, 1], [1, 4]],
    ['a channel vector', [2, 3, 1, 2], [2]],
  ])('is added up over what is broadcast: %s', async (_case, a, b) => {
    // Small steps cross no tie, but say less exactly how much a difference is.
    await expectMeasuredGradients({ a: normal('a', a), b: normal('b', b) }, ({ a, b }) => apply(a!, b!), {
      step,
      tolerance: step < 0.1 ? 2e-3 : 1e-4,
    });
  });
});
