import { expect, it } from 'vitest';
import { median, timing } from './statistics.js';

it('the median is the middle value, or between the two middle ones', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

it('a timing is the median and the minimum', () => {
  expect(timing([30, 10, 20])).toEqual({ medianMs: 20, minimumMs: 10 });
});
