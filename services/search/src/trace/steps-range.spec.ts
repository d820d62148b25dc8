import { expect, it } from 'vitest';
import { isWithin, parseRange } from './steps-range.js';

it('reads a range, or one step', () => {
  expect(parseRange('100-199')).toEqual({ from: 100, to: 199 });
  expect(parseRange('7')).toEqual({ from: 7, to: 7 });
  expect(parseRange('0-0')).toEqual({ from: 0, to: 0 });
});

it.each(['', '-', '5-', '-5', '9-5', '1.5-2', '1-2-3', 'all', '1e3-2e3', ' 1-2', '12345678901'])(
  "refuses '%s'",
  (text) => {
    expect(() => parseRange(text)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: '--steps', found: text }),
    );
  },
);

it('counts a checkpoint and its evaluation to the step before them', () => {
  const range = { from: 5, to: 9 };
  const within = (kind: 'step' | 'checkpoint', step: number) => isWithin({ kind, step } as never, range);
  expect([4, 5, 9, 10].map((step) => within('step', step))).toEqual([false, true, true, false]);
  expect([5, 6, 10, 11].map((step) => within('checkpoint', step))).toEqual([false, true, true, false]);
});
