import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExampleCounts } from './example-counts.js';

const names = fc.integer({ min: 1, max: 6 }).map((count) => Array.from({ length: count }, (_, i) => `t${i}`));
const batches = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });

it('makes plain means those weighted by examples', () => {
  fc.assert(
    fc.property(names, batches, (members, sizes) => {
      const counts = new ExampleCounts();
      for (const size of sizes) counts.add(size, members);
      const factors = members.map((name) => counts.factor(name, members));
      // Factors of a mean over members of values that are all 1.
      expect(factors.reduce((sum, factor) => sum + factor, 0) / members.length).toBeCloseTo(1, 12);
      const [largest, smallest] = [Math.max(...factors), Math.min(...factors)];
      const total = sizes.reduce((sum, size) => sum + size, 0);
      // In each batch the parts differ by one example at most.
      expect(((largest - smallest) * total) / members.length).toBeLessThanOrEqual(sizes.length + 1e-9);
      if (sizes.every((size) => size % members.length === 0)) expect(new Set(factors)).toEqual(new Set([1]));
    }),
  );
});

it('leaves out who is lost, and forgets after an average', () => {
  const counts = new ExampleCounts();
  counts.add(5, ['a', 'b', 'c']);
  expect(['a', 'b', 'c'].map((name) => counts.factor(name, ['a', 'b', 'c']) * 5)).toEqual([6, 6, 3]);
  expect(counts.factor('c', ['a', 'c'])).toBeCloseTo(2 / 3, 12);
  counts.clear();
  expect(counts.factor('a', ['a', 'b'])).toBe(1);
});
