import { expect, it } from 'vitest';
import { enlarge } from './enlarge.js';
import { greyRaster } from './testing.js';

it('makes squares of pixels', () => {
  expect(enlarge(greyRaster(2, [1, 2, 3, 4]), 2)).toEqual(
    greyRaster(4, [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]),
  );
});
