import { expect, it } from 'vitest';
import { hashedPlan } from './hashed-plan.js';
import { runSpecSchema } from './run-spec.js';
import type { RunPlan } from './run-plan.js';

const planOf = (tree: object): RunPlan => ({
  spec: runSpecSchema.parse({ tasks: [{ id: 'a' }, { id: 'b' }], ...tree }),
  method: 'search',
  networks: [],
  tasks: [],
  imageShape: [1, 1, 1],
});

it('has all of the spec that training depends on, and nothing of pictures', () => {
  const plain = hashedPlan(planOf({}));
  expect(hashedPlan(planOf({ evaluation: { pictures: 0 } }))).toEqual(plain);
  expect(JSON.stringify(plain)).not.toContain('pictures');
  expect(hashedPlan(planOf({ evaluation: { every: 7 } }))).not.toEqual(plain);
  expect(hashedPlan(planOf({ seed: 9 }))).not.toEqual(plain);
  expect(hashedPlan({ ...planOf({}), method: 'nddr' })).not.toEqual(plain);
});
