import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleFor } from './scale.js';

const numbers = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('scaleFor', () => {
  it('keeps every number between its ends, in order', () => {
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 12 }), (values) => {
        const { place } = scaleFor(values, 100, 500);
        const places = [...values].sort((a, b) => a - b).map(place);
        for (const x of places) {
          expect(x).toBeGreaterThan(100);
          expect(x).toBeLessThan(500);
        }
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  it('has a few ticks at evenly spaced numbers, whose texts are those numbers', () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 12 }), (values) => {
        const { ticks, place } = scaleFor(values, 0, 400);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(7);
        const step = ticks[1]!.value - ticks[0]!.value;
        for (const { value, text } of ticks) {
          expect(place(value)).toBeGreaterThanOrEqual(-1e-6);
          expect(place(value)).toBeLessThanOrEqual(400 + 1e-6);
          expect(Math.abs(Number(text) - value)).toBeLessThan(step * 1e-3);
        }
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      }),
    );
  });

  it('has round ticks', () => {
    const texts = (...values: number[]): string[] => scaleFor(values, 0, 1).ticks.map(({ text }) => text);
    expect(texts(41.2, 46.9)).toEqual(['42', '44', '46']);
    expect(texts(0, 1)).toEqual(['0.00', '0.25', '0.50', '0.75', '1.00']);
    expect(texts(-1, 1)).toEqual(['-1.0', '-0.5', '0.0', '0.5', '1.0']);
    expect(texts(97.8, 97.8)).toContain('97.800');
  });

  it('leaves numbers out that are not finite', () => {
    expect(scaleFor([NaN, 1, 2, Infinity], 0, 1).ticks).toEqual(scaleFor([1, 2], 0, 1).ticks);
    expect(scaleFor([NaN], 0, 1).ticks.length).toBeGreaterThanOrEqual(2);
  });
});
