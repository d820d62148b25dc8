import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash, hashUnit, nearNormal, smoothNoise } from './pixel-hash.js';

describe('hash', () => {
  it('spreads neighbours evenly over all bits', () => {
    const counts = new Array<number>(32).fill(0);
    for (let x = 0; x < 64; x++) {
      for (let y = 0; y < 64; y++) {
        const word = hash(x - 32, y, 7);
        for (let bit = 0; bit < 32; bit++) counts[bit]! += (word >>> bit) & 1;
      }
    }
    // 4096 fair coins: deviation 32.
    for (const count of counts) expect(Math.abs(count - 2048)).toBeLessThan(6 * 32);
  });

  it('depends on both coordinates and the seed', () => {
    const words = [hash(1, 2, 3), hash(2, 1, 3), hash(1, 2, 4), hash(0, 2, 3), hash(-1, 2, 3)];
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('nearNormal', () => {
  it('has mean 0, deviation 1, and no long tails', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => nearNormal(i, 3, 11));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(square - 1)).toBeLessThan(0.1);
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(3.5);
  });
});

describe('smoothNoise', () => {
  it('is the hash at whole coordinates and between its neighbours elsewhere', () => {
    const at = fc.integer({ min: -1000, max: 1000 });
    const inside = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(at, at, inside, inside, (x, y, dx, dy) => {
        expect(smoothNoise(x, y, 5)).toBe(hashUnit(x, y, 5));
        const corners = [0, 1].flatMap((i) => [0, 1].map((j) => hashUnit(x + i, y + j, 5)));
        const value = smoothNoise(x + dx, y + dy, 5);
        expect(value).toBeGreaterThanOrEqual(Math.min(...corners) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...corners) + 1e-9);
      }),
    );
  });
});
