import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ramp } from './ramp.js';

const STEPS = 20_001;

describe('ramp', () => {
  it.each([
    [0, 1, 15],
    [1, 0.9999000075, 10],
    [1000, 0.9025047498, 10],
    [5000, 0.5625187492, 10],
    [10_000, 0.2500249994, 10],
    [15_000, 0.0625187505, 10],
    [19_999, 9.999e-9, 13],
    [20_000, 2.49975e-9, 14],
    [20_001, 0, 15],
  ])('temperature at step %i is %d', (step, expected, digits) => {
    expect(ramp({ start: 1, end: 0, period: [0, 1], power: 2 }, step, STEPS)).toBeCloseTo(expected, digits);
  });

  it.each([
    [[0, 0], 0, 0],
    [[0, 0], 1, 10],
    [[0, 0], 20_000, 10],
    [[0, 1], 1, 4.99975e-4],
    [[0, 1], 5000, 2.4998750062],
    [[0, 1], 20_000, 9.999500025],
    [[0.2, 0.6], 4000, 0],
    [[0.2, 0.6], 4001, 0.00099995],
    [[0.2, 0.6], 8000, 4.999500025],
    [[0.2, 0.6], 12_000, 9.9992500375],
    [[0.2, 0.6], 12_001, 10],
  ] as [[number, number], number, number][])(
    'entropy weight, period %j, step %i is %d',
    (period, step, expected) => {
      expect(ramp({ start: 0, end: 10, period, power: 1 }, step, STEPS)).toBeCloseTo(expected, 10);
    },
  );

  it('stays between start and end and never turns back', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        unit,
        unit,
        fc.nat(1000),
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        (a, b, step, power) => {
          const shape = { start: 0, end: 1, period: [Math.min(a, b), Math.max(a, b)] as const, power };
          const [now, next] = [ramp(shape, step, 1000), ramp(shape, step + 1, 1000)];
          expect(now).toBeGreaterThanOrEqual(0);
          expect(next).toBeGreaterThanOrEqual(now);
          expect(next).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
