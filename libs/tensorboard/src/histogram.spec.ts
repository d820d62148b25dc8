import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramOfShares } from './histogram.js';

it('counts numbers into buckets of which each has its upper end', () => {
  const { limits, counts, min, max } = histogramOfShares([0, 0.05, 0.051, 0.5, 1]);
  expect(limits.at(-1)).toBe(1);
  expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([
    ['0', 2],
    ['1', 1],
    ['9', 1],
    ['19', 1],
  ]);
  expect([min, max]).toEqual([0, 1]);
});

it('counts every number once, in a bucket that it is in', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(share, { minLength: 1 }), (numbers) => {
      const { limits, counts, count, sum, sumOfSquares } = histogramOfShares(numbers);
      expect(count).toBe(numbers.length);
      limits.forEach((limit, i) => {
        const below = counts.slice(0, i + 1).reduce((total, one) => total + one, 0);
        expect(below).toBeLessThanOrEqual(numbers.filter((number) => number <= limit + 1e-12).length);
        expect(below).toBeGreaterThanOrEqual(numbers.filter((number) => number <= limit - 1e-12).length);
      });
      expect(sum).toBeCloseTo(
        numbers.reduce((total, number) => total + number, 0),
        9,
      );
      expect(sumOfSquares).toBeLessThanOrEqual(sum + 1e-12);
    }),
  );
});
