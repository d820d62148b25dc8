import { expect, it } from 'vitest';
import { checkpointIsDue } from './checkpoint-due.js';

it('is every so many steps, before evaluations and at the end', () => {
  const due = (checkpoint: number, evaluation: number) =>
    Array.from({ length: 10 }, (_, i) => i + 1).filter((done) =>
      checkpointIsDue(
        { steps: 10, checkpoint: { every: checkpoint, keep: 1 }, evaluation: { every: evaluation } },
        done,
      ),
    );
  expect(due(4, 0)).toEqual([4, 8, 10]);
  expect(due(4, 3)).toEqual([3, 4, 6, 8, 9, 10]);
  expect(due(100, 0)).toEqual([10]);
});
