import fc from 'fast-check';
import { resolve, sep } from 'node:path';
import { expect, it } from 'vitest';
import { checkBlobName, isBlobName, namesBelow } from './names.js';

it.each(['a', 'a/b', 'run-1/step-00000600-0af/weights.safetensors', 'A_b/0'])('takes %s', (name) => {
  expect(() => checkBlobName(name)).not.toThrow();
});

it.each([
  ...['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/..', '../a', 'a/./b', '.hidden', 'a/.b', '-a', 'a b'],
  ...['a\\b', 'a\0', 'a\nb', 'a\n', 'ä', 'a:b', 'a*', 'a>', 'a%2e', 'x'.repeat(256), 'x/'.repeat(300) + 'xx'],
])('refuses %j', (name) => {
  expect(isBlobName(name)).toBe(false);
  expect(() => checkBlobName(name)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'blob' }),
  );
});

it('never takes a name that leads out of a folder', () => {
  const parts = fc.array(fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', 'a', '\0'), fc.string()));
  fc.assert(
    fc.property(parts, (list) => {
      const name = list.join('/');
      if (isBlobName(name)) expect(resolve('/root', name)).toBe(['', 'root', ...name.split('/')].join(sep));
    }),
  );
});

it('finds names below a prefix, in order', () => {
  expect(namesBelow(['b/a', 'a', 'ab/c', 'a/b/c', 'a/B', 'a/../b'], 'a')).toEqual(['a/B', 'a/b/c']);
  expect(namesBelow(['b', 'a', '.x'], undefined)).toEqual(['a', 'b']);
});
