import { expect, it } from 'vitest';
import { parseOptions, USAGE } from './options.js';

it('has defaults for all', () => {
  expect(parseOptions([])).toEqual({ steps: 100_000, minutes: 60, most: 5 });
  expect(parseOptions(['--help'])).toBeUndefined();
  expect(USAGE).toContain('default 100000');
});

it.each([
  ['--steps', '10'],
  ['--minutes', 'soon'],
  ['--most', '-1'],
  ['--stepz', '10'],
])('refuses %s %s', (option, value) => {
  expect(() => parseOptions([option, value])).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: 2 }),
  );
});
