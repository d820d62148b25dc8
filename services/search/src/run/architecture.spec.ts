import { expect, it } from 'vitest';
import { meanEntropy } from './architecture.js';

it('measures how undecided edges are, in nats', () => {
  const entropy = (...probabilities: number[]) =>
    meanEntropy(probabilities.map((probability) => ({ probability })));
  expect(entropy(0.5, 0.5)).toBeCloseTo(Math.LN2, 12);
  expect(entropy(0, 1)).toBe(0);
  expect(entropy(0.9, 1)).toBeCloseTo(0.325082973 / 2, 9);
});
