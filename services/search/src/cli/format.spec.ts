import { expect, it } from 'vitest';
import { formatCount, formatDuration, formatTable } from './format.js';

it.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [72, '1:12'],
  [7385, '2:03:05'],
])('tells %d seconds as %s', (seconds, told) => {
  expect(formatDuration(seconds)).toBe(told);
});

it.each([
  [0, '0'],
  [9_999, '9999'],
  [43_996, '44.0 k'],
  [1_234_567, '1.23 M'],
  [2.5e9, '2.50 G'],
])('tells a count of %d as %s', (count, told) => {
  expect(formatCount(count)).toBe(told);
});

it('lines columns up', () => {
  expect(
    formatTable([
      ['test', 'soft'],
      ['left', '9 %'],
      ['right', '10 %'],
    ]),
  ).toBe('test    soft\nleft     9 %\nright   10 %\n');
});
