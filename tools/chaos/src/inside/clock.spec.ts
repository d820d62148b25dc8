import { afterEach, expect, it } from 'vitest';
import { installClock, jumpClock } from './clock.js';

const Own = Date;
afterEach(() => {
  globalThis.Date = Own;
});

it('tells another time after a jump, and all else as before', () => {
  installClock();
  expect(Math.abs(Date.now() - Own.now())).toBeLessThan(60_000);
  jumpClock(-7_200_000);
  for (const told of [Date.now(), new Date().getTime(), Date.parse(Date())]) {
    expect(Math.abs(told - Own.now() + 7_200_000)).toBeLessThan(60_000);
  }
  expect(new Date(5).getTime()).toBe(5);
  expect(new Date('2026-01-31T12:00:00Z').toISOString()).toBe('2026-01-31T12:00:00.000Z');
  expect(new Date()).toBeInstanceOf(Date);
  expect(new Date()).toBeInstanceOf(Own);
  expect(Date.UTC(1970, 0, 2)).toBe(86_400_000);
});
