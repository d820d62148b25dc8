import { expect, it } from 'vitest';
import { Progress, duration } from './progress.js';

it('counts down what is left', () => {
  const lines: string[] = [];
  const progress = new Progress(100, (line) => lines.push(line));
  progress.begin('first', 60);
  progress.begin('second', 40);
  expect(lines).toEqual(['first (about 2 min left)\n', 'second (about 40 s left)\n']);
});

it.each([
  [0, '1 s'],
  [44.6, '45 s'],
  [89, '89 s'],
  [200, '3 min'],
])('writes %s seconds as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
