import { expect, it } from 'vitest';
import { growthOf } from './growth.js';

it('compares both ends of the trend since the warm-up', () => {
  const samples = Array.from({ length: 100 }, (_, i) => ({
    step: i,
    bytes: { steady: i < 50 ? i : 200, leaking: 1000 + 10 * i, ...(i < 90 && { gone: 5 }) },
  }));
  const growths = growthOf(samples);
  expect(growths.map(({ process }) => process)).toEqual(['steady', 'leaking']);
  expect(growths[0]).toMatchObject({ first: 200, last: 200, growth: 0, range: [200, 200] });
  // By hand: samples 50 to 99.
  expect(growths[1]!.first).toBeCloseTo(1500, 9);
  expect(growths[1]!.last).toBeCloseTo(1990, 9);
  expect(growths[1]).toMatchObject({ range: [1500, 1990] });
  expect(growths[1]!.growth).toBeCloseTo(49 / 150, 12);
});

it('sees a leak below what comes and goes, and none without', () => {
  const sawtooth = (leak: number) =>
    Array.from({ length: 300 }, (_, i) => ({ step: i, bytes: { one: 100 + 4 * (i % 13) + leak * i } }));
  expect(Math.abs(growthOf(sawtooth(0))[0]!.growth)).toBeLessThan(0.02);
  expect(growthOf(sawtooth(0.1))[0]!.growth).toBeGreaterThan(0.08);
});

it('has nothing to say without samples', () => {
  expect(growthOf([])).toEqual([]);
  expect(growthOf([{ step: 1, bytes: { one: 5 } }])).toEqual([
    { process: 'one', first: 5, last: 5, growth: 0, range: [5, 5] },
  ]);
});
