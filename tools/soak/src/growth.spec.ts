import { expect, it } from 'vitest';
import { growthOf } from './growth.js';

it('compares the end with what was there after the warm-up', () => {
  const samples = Array.from({ length: 100 }, (_, i) => ({
    step: i,
    bytes: { steady: i < 20 ? i : 200, leaking: 1000 + 10 * i, ...(i < 90 && { gone: 5 }) },
  }));
  const growths = growthOf(samples);
  expect(growths.map(({ process }) => process)).toEqual(['steady', 'leaking']);
  expect(growths[0]).toMatchObject({ first: 200, last: 200, growth: 0 });
  // By hand: medians of samples 20 to 35 and 84 to 99.
  expect(growths[1]).toMatchObject({ first: 1280, last: 1920 });
  expect(growths[1]!.growth).toBeCloseTo(0.5, 12);
});

it('is not led astray by a single peak', () => {
  const samples = Array.from({ length: 50 }, (_, i) => ({ step: i, bytes: { one: i === 49 ? 900 : 100 } }));
  expect(growthOf(samples)[0]!.growth).toBe(0);
});

it('has nothing to say without samples', () => {
  expect(growthOf([])).toEqual([]);
});
