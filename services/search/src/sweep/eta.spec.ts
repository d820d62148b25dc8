import { expect, it } from 'vitest';
import { secondsLeft } from './eta.js';

it('is unknown before the first step', () => {
  expect(secondsLeft({ finished: [], current: { stepsLeft: 9, stepsPerSecond: 0 }, stepsWaiting: 10 })).toBe(
    undefined,
  );
});

it('goes by the running run before one is finished', () => {
  const current = { stepsLeft: 10, stepsPerSecond: 2 };
  expect(secondsLeft({ finished: [], current, stepsWaiting: 30 })).toBe(20);
});

it('takes the runs to come at the speed of those that are finished, start and end included', () => {
  const finished = [
    { steps: 10, seconds: 20 },
    { steps: 30, seconds: 60 },
  ];
  const current = { stepsLeft: 10, stepsPerSecond: 4 };
  expect(secondsLeft({ finished, current, stepsWaiting: 100 })).toBe(2.5 + 200);
  expect(secondsLeft({ finished, current: { ...current, stepsPerSecond: 0 }, stepsWaiting: 0 })).toBe(20);
});
