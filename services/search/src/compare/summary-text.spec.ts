import { expect, it } from 'vitest';
import { finishedRun } from '../testing/finished-runs.js';
import { compareRuns } from './comparison.js';
import { formatOfMetric } from './summary-text.js';

it.each([
  ['accuracy', 'task accuracy, %', '80.00'],
  ['mean angle', 'task mean angle, °', '0.80'],
  ['RMSE', 'task RMSE, m', '0.8000'],
  ['mean relative error', 'task mean relative error', '0.8000'],
  ['loss', 'task loss', '0.8000'],
])('%s is written as %s', (metric, title, text) => {
  const comparison = compareRuns([finishedRun({ run: 'a', seed: 1, accuracy: [0.8, 0.8] })]);
  const metrics = [{ task: 'task', metric, higherIsBetter: true }];
  const format = formatOfMetric({ ...comparison, metrics }, 0);
  expect(format.title).toBe(title);
  expect(format.summary({ n: 1, mean: 0.8 })).toBe(text);
});
