import { expect, it } from 'vitest';
import { checkRunName } from './run-name.js';

it.each(['digits-20260131-120000', 'ablation/soft-seed-1', 'a', 'v1.2_b'])('takes %s', (name) => {
  expect(checkRunName(name)).toBe(name);
});

it.each([
  '',
  '.',
  '..',
  'a/../b',
  '/a',
  'a/',
  'a//b',
  '.hidden',
  'a b',
  'a\0',
  'a\n',
  'ü',
  'a\\b',
  'x'.repeat(256),
])('refuses %j', (name) => {
  expect(() => checkRunName(name)).toThrow(
    expect.objectContaining({ code: 'MESSAGE_INVALID', subject: 'run' }),
  );
});
