import { describe, expect, it } from 'vitest';
import { isLoopback, tokenFor } from './access.js';

const LONG = 'sixteen-letters-';

describe('the token', () => {
  it('is not needed on loopback, and used if there is one', () => {
    for (const host of ['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost']) {
      expect(isLoopback(host)).toBe(true);
      expect(tokenFor(host, '')).toBeUndefined();
      expect(tokenFor(host, LONG)).toBe(LONG);
    }
  });

  it('is needed beyond', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.evil.example', 'example.org']) {
      expect(isLoopback(host)).toBe(false);
      expect(() => tokenFor(host, '')).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: 2 }),
      );
      expect(tokenFor(host, LONG)).toBe(LONG);
    }
  });

  it('is long', () => {
    const short = expect.objectContaining({ code: 'CONFIG_INVALID', found: '15 characters' }) as Error;
    expect(() => tokenFor('127.0.0.1', LONG.slice(1))).toThrow(short);
  });
});
