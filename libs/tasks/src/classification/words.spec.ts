import { float32, int32 } from '@taskweave/engine';
import type { TaskDeclaration } from '@taskweave/spec';
import { expect, it } from 'vitest';
import { taskKinds } from '../registry.js';

const classes = ['cat', 'dog', 'owl'];
const scores = float32([2, 3], [9, 0, 0, -3, -2, -1]);

it('tells classes by name, or by number where there are no names', () => {
  const task: TaskDeclaration = { id: 'pet', kind: 'classification', outputs: 3 };
  const { tellLabel, tellOutput } = taskKinds.classification;
  const label = int32([2], [0, 1]);
  expect(tellLabel?.(label, 1, { ...task, classes })).toBe('dog');
  expect(tellOutput?.(scores, 1, { ...task, classes })).toBe('owl');
  expect([tellLabel?.(label, 1, task), tellOutput?.(scores, 1, task)]).toEqual(['1', '2']);
});

it('tells the likeliest class of a distribution', () => {
  const task: TaskDeclaration = { id: 'pet', kind: 'soft-classification', outputs: 3, classes };
  const { tellLabel, tellOutput } = taskKinds['soft-classification'];
  const target = float32([2, 3], [1, 0, 0, 0.2, 0.5, 0.3]);
  expect([tellLabel?.(target, 1, task), tellOutput?.(scores, 1, task)]).toEqual(['dog', 'owl']);
});

it('has no words for pictures', () => {
  expect(taskKinds.segmentation.tellLabel).toBeUndefined();
});
