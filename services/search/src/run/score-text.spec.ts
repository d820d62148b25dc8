import { expect, it } from 'vitest';
import { describeScores, formatScore } from './score-text.js';

it.each([
  ['accuracy', 0.98204, '98.20 %'],
  ['mIoU of present classes', 0.5, '50.00 %'],
  ['within 1.25^2 times', 1, '100.00 %'],
  ['mean angle', 24.6349, '24.63°'],
  ['RMSE', 0.351249, '0.3512 m'],
  ['mean relative error', 0.123456, '0.1235'],
  ['MSE of probabilities', 0.001, '0.001000'],
])('%s of %d is %s', (metric, value, text) => {
  expect(formatScore({ metric, value })).toBe(text);
});

it('names tasks in one line', () => {
  const score = { loss: 1, examples: 2 };
  const scores = {
    far: { ...score, metric: 'RMSE', value: 2 },
    up: { ...score, metric: 'mean angle', value: 9 },
  };
  expect(describeScores(scores)).toBe('far 2.000 m, up 9.00°');
});
