import { expect, it } from 'vitest';
import { answerTimes } from './run-steps.js';

it('counts the time of an answer from the last gradient, not from the own one', () => {
  const step = [
    { sentAt: 100, answeredAt: 131 },
    { sentAt: 130, answeredAt: 132 },
    { sentAt: 120, answeredAt: 135 },
  ];
  expect(answerTimes(step)).toEqual([1, 2, 5]);
});
