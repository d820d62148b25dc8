import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, percentile } from './statistics.js';

describe('mean', () => {
  it('is the sum over the number of values', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNaN();
  });
});

describe('percentile', () => {
  it('is the value of the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.99)).toBeNaN();
  });

  it('leaves no more values above it than the share allows', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (sample, share) => {
        const at = percentile(sample, share);
        expect(sample).toContain(at);
        const atMost = sample.filter((value) => value <= at).length;
        const below = sample.filter((value) => value < at).length;
        expect(atMost).toBeGreaterThanOrEqual(share * sample.length);
        expect(below).toBeLessThan(share * sample.length);
      }),
    );
  });
});
