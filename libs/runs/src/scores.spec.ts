import { isScores } from './scores.js';
import { expect, it } from 'vitest';

const score = { metric: 'accuracy', value: 0.5, loss: 1, examples: 8 };

it.each([
  [{ discrete: { left: score } }],
  [{ soft: { left: score, right: { ...score, details: { a: 1 } } }, discrete: { left: score } }],
])('knows scores: %j', (value) => {
  expect(isScores(value)).toBe(true);
});

it.each([
  [null],
  ['soft'],
  [[]],
  [{}],
  [{ toString: { left: score } }],
  [{ soft: { left: null } }],
  [{ soft: { left: { ...score, value: null } } }],
  [{ soft: { left: score }, discrete: { left: { ...score, metric: 1 } } }],
])('knows what is none: %j', (value) => {
  expect(isScores(value)).toBe(false);
});
