import { expect, it } from 'vitest';
import { PhaseClock } from './phase-clock.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('tells of the parts of a step in the order in which they were begun', async () => {
  const clock = new PhaseClock();
  const wait = clock.time('all-reduce', 3, () => pause(30));
  expect(await clock.time('data-wait', 3, () => pause(5).then(() => 'batch'))).toBe('batch');
  await wait;
  const { trainer, began, phases, traceparent } = clock.timing('trainer-1');
  expect(phases.map(({ phase }) => phase)).toEqual(['all-reduce', 'data-wait']);
  expect(phases[0]!.seconds).toBeGreaterThan(phases[1]!.seconds);
  expect(phases.every(({ start, seconds }) => start >= 0 && seconds > 0)).toBe(true);
  expect([trainer, Math.abs(Date.now() - began) < 60_000]).toEqual(['trainer-1', true]);
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
});

it('leaves out what failed, and passes its error on', async () => {
  const clock = new PhaseClock();
  await expect(clock.time('checkpoint', 1, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  expect(clock.timing('a').phases).toEqual([]);
});
