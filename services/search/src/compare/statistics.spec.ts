import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifferences, summarise, summariseAny } from './statistics.js';

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('summarise', () => {
  it('gives the sample standard deviation', () => {
    // (2 - 5)^2 + ... = 32 over 8 values: 32 / 7.
    expect(summarise([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(summarise([1, 3])).toEqual({ n: 2, mean: 2, deviation: Math.SQRT2 });
  });

  it('has no spread for one value, and none at all for none', () => {
    expect(summarise([0.1])).toEqual({ n: 1, mean: 0.1 });
    expect(summariseAny([])).toBeUndefined();
  });

  it('is exact for equal values', () => {
    fc.assert(
      fc.property(
        // Adding 0 makes 0 of -0, which a sum does not keep.
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
        fc.integer({ min: 2, max: 30 }),
        (x, n) => {
          expect(summarise(Array<number>(n).fill(x))).toEqual({ n, mean: x, deviation: 0 });
        },
      ),
    );
  });

  it('moves with the values, and scales with them', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -100, max: 100 }), (given, shift) => {
        const [plain, moved] = [summarise(given), summarise(given.map((x) => 2 * x + shift))];
        expect(moved.mean).toBeCloseTo(2 * plain.mean + shift, 6);
        expect(moved.deviation ?? -1).toBeCloseTo(
          plain.deviation === undefined ? -1 : 2 * plain.deviation,
          6,
        );
      }),
    );
  });

  it('lies between the least and the greatest value, and spreads no further', () => {
    fc.assert(
      fc.property(values, (given) => {
        const { mean, deviation = 0 } = summarise(given);
        const [low, high] = [Math.min(...given), Math.max(...given)];
        expect(mean).toBeGreaterThanOrEqual(low - 1e-9);
        expect(mean).toBeLessThanOrEqual(high + 1e-9);
        expect(deviation).toBeLessThanOrEqual(high - low + 1e-9);
      }),
    );
  });

  it('says that a mean with a value that is no number is none', () => {
    expect(summarise([1, NaN]).mean).toBeNaN();
  });
});

describe('pairedDifferences', () => {
  const seeded = (...pairs: [number, number][]) => pairs.map(([seed, value]) => ({ seed, value }));

  it('takes the seeds that both have, in their order', () => {
    const differences = pairedDifferences(seeded([3, 10], [1, 5], [2, 7]), seeded([1, 4], [3, 8], [9, 0]));
    expect(differences).toEqual([1, 2]);
    expect(pairedDifferences(seeded([1, 5]), seeded([2, 5]))).toEqual([]);
  });

  it('averages runs of one seed first', () => {
    expect(pairedDifferences(seeded([1, 4], [1, 6]), seeded([1, 1]))).toEqual([4]);
  });

  it('does not spread where both differ by the same in every seed, however much they spread', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 2, maxLength: 9 }), (given) => {
        const own = given.map((value, seed) => ({ seed, value: value + 3 }));
        const other = given.map((value, seed) => ({ seed, value }));
        expect(summarise(pairedDifferences(own, other))).toMatchObject({ mean: 3, deviation: 0 });
      }),
    );
  });
});
