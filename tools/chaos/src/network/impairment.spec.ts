import { randomStream } from '@taskweave/common';
import { expect, it } from 'vitest';
import { lateness, type Impairment } from './impairment.js';

const ENDS = ['a', 'b'] as const;
const times = (impairment: Impairment, count: number): number[] =>
  Array.from({ length: count }, (_, index) => lateness(impairment, randomStream(1, 'test', 0), index));

it('delays within its bounds', () => {
  const late = times({ ends: ENDS, delayMs: [10, 30] }, 500);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(10);
  expect(Math.min(...late)).toBeLessThan(12);
  expect(Math.max(...late)).toBeLessThanOrEqual(30);
  expect(Math.max(...late)).toBeGreaterThan(28);
});

it('loses its share, and what is lost again comes twice as late again', () => {
  const late = times({ ends: ENDS, lossShare: 0.25 }, 4000);
  expect([...new Set(late)].sort((a, b) => a - b).slice(0, 4)).toEqual([0, 200, 600, 1400]);
  const shareOf = (ms: number): number => late.filter((one) => one >= ms).length / late.length;
  expect(shareOf(200)).toBeCloseTo(0.25, 1);
  expect(shareOf(600)).toBeCloseTo(0.0625, 1);
});

it('cuts without making anything late', () => {
  expect(times({ ends: ENDS, cut: true }, 10)).toEqual(Array(10).fill(0));
});
