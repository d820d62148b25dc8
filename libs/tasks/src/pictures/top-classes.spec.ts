import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Raster } from '@taskweave/images';
import { barChart } from './bar-chart.js';
import { chartOf, topClasses } from './top-classes.js';

/** Pictures of one size, in a form that is compared quickly. */
const bytes = ({ data }: Raster): string => Buffer.from(data).toString('base64');

it('the highest scores come first, and lower numbers before higher ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 6 }),
      (scores, n) => {
        const sorted = scores.map((_, c) => c).sort((a, b) => scores[b]! - scores[a]! || a - b);
        expect(topClasses(scores, n)).toEqual(sorted.slice(0, n));
      },
    ),
  );
});

it('the true class takes the last place when it is none of the likeliest', () => {
  const probabilities = [0.3, 0.25, 0.2, 0.1, 0.08, 0.05, 0.02];
  const bars = (names: readonly number[], truth?: number) =>
    barChart(names.map((name) => ({ name, value: probabilities[name]!, isTrue: name === truth })));
  expect(bytes(chartOf(probabilities))).toBe(bytes(bars([0, 1, 2, 3, 4])));
  expect(bytes(chartOf(probabilities, 1))).toBe(bytes(bars([0, 1, 2, 3, 4], 1)));
  expect(bytes(chartOf(probabilities, 6))).toBe(bytes(bars([0, 1, 2, 3, 6], 6)));
});

it('few classes all have a bar', () => {
  expect(bytes(chartOf([0.4, 0.6], 0))).toBe(
    bytes(
      barChart([
        { name: 1, value: 0.6, isTrue: false },
        { name: 0, value: 0.4, isTrue: true },
      ]),
    ),
  );
});
