import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InOrder } from './in-order.js';

const TIMES = { steps: 45, evaluation: { every: 10 } };
const STEPS = [10, 20, 30, 40, 45];

function handed(order: readonly number[], past: readonly number[] = []): number[] {
  const found: number[] = [];
  const items = new InOrder<string>(TIMES, (step) => found.push(step));
  for (const step of order) items.take(step, past.includes(step) ? undefined : `after ${step}`);
  return found;
}

it('hands on all in the order of their steps, whatever order they come in', () => {
  const order = fc.shuffledSubarray(STEPS, { minLength: STEPS.length, maxLength: STEPS.length });
  fc.assert(fc.property(order, (steps) => void expect(handed(steps)).toEqual(STEPS)));
});

it('waits for none of an earlier session', () => {
  expect(handed([30, 10, 20], [10, 20])).toEqual([30]);
});

it('hands on at once what is done again, and at the end what still waits', () => {
  expect(handed([10, 20, 10])).toEqual([10, 20, 10]);
  const found: number[] = [];
  const items = new InOrder<string>(TIMES, (step) => found.push(step));
  items.take(45, 'a');
  items.take(30, 'b');
  expect(found).toEqual([]);
  items.end();
  expect(found).toEqual([30, 45]);
});

it('knows of the one at the end when there are no others', () => {
  const found: number[] = [];
  const items = new InOrder<string>({ steps: 7, evaluation: { every: 0 } }, (step) => found.push(step));
  items.take(7, 'a');
  expect(found).toEqual([7]);
});
