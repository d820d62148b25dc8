import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkRun, runOfToken, runToken } from './names.js';

it('makes one token of a subject out of any name of a run, and a name out of the token', () => {
  const characters = fc.constantFrom(...'abcXYZ019_-.');
  const name = fc.tuple(fc.constantFrom('a', '7', '_'), fc.string({ unit: characters, maxLength: 20 }));
  fc.assert(
    fc.property(name, name, ([a, rest], [b, other]) => {
      const token = runToken(a + rest);
      expect(token).toMatch(/^[^.*> \t\r\n/\\]+$/);
      expect(runOfToken(token)).toBe(a + rest);
      if (a + rest !== b + other) expect(runToken(b + other)).not.toBe(token);
    }),
  );
});

it('lets through nothing that means something in a subject or a path', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('*', '>', '/', '\\', ' ', '\t', '\r', '\n', '\0', '=', 'é'),
      fc.string(),
      (before, bad, after) => {
        expect(() => checkRun(before + bad + after)).toThrowError(
          expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
        );
      },
    ),
  );
});
