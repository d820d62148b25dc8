import { expect, it } from 'vitest';
import { unitOfMetric } from './metric-unit.js';
import { taskKinds } from './registry.js';

it.each(Object.values(taskKinds))('knows the units of all metrics of $id', (kind) => {
  const metric = kind.metric({ id: 'task', kind: kind.id, outputs: 7 });
  for (const { name, unit } of [metric.result(), ...metric.details()]) expect(unitOfMetric(name)).toBe(unit);
});

it.each([
  ['accuracy', 'share'],
  ['pixel accuracy', 'share'],
  ['mean angle', 'degrees'],
  ['within 11.25 degrees', 'share'],
  ['RMSE', 'metres'],
  ['mean relative error', 'none'],
  ['loss', 'none'],
])('%s: %s', (name, unit) => {
  expect(unitOfMetric(name)).toBe(unit);
});
