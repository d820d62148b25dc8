import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SpreadSample } from './spread-sample.js';

function sampleOf(length: number, wanted: number): number[] {
  const sample = new SpreadSample<number>(wanted);
  for (let i = 0; i < length; i++) sample.offer(() => i);
  return sample.items;
}

it('takes all of a short sequence, and spreads over a long one', () => {
  expect(sampleOf(3, 4)).toEqual([0, 1, 2]);
  expect(sampleOf(4, 4)).toEqual([0, 1, 2, 3]);
  expect(sampleOf(40, 4)).toEqual([0, 8, 16, 24]);
  expect(sampleOf(9, 0)).toEqual([]);
});

it('takes as many as are wanted, in order, and leaves no half of the sequence out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 8 }), (length, wanted) => {
      const items = sampleOf(length, wanted);
      expect(items).toHaveLength(Math.min(length, wanted));
      expect([...new Set(items)].sort((a, b) => a - b)).toEqual(items);
      expect(items[0]).toBe(0);
      if (length > wanted) expect(items.at(-1)).toBeGreaterThanOrEqual(Math.floor(length / 4));
    }),
  );
});
