import { describe, expect, it } from 'vitest';
import { parseIdx } from './idx.js';

const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60);

describe('parseIdx', () => {
  it('reads shape and elements', () => {
    expect(parseIdx(bytes, 'x', [2, 3])).toEqual({ shape: [2, 3], data: bytes.subarray(12) });
  });

  it.each<[string, Uint8Array, number[], string, string]>([
    ['a wrong magic number', bytes, [6], 'magic number 2050', 'magic number 2049'],
    ['a wrong shape', bytes, [3, 2], 'shape 2x3', 'shape 3x2'],
    ['a truncated file', bytes.subarray(0, 17), [2, 3], '17 bytes', '18 bytes'],
    ['a header cut short', bytes.subarray(0, 5), [2, 3], '5 bytes', 'a header of 12 bytes'],
    ['an empty file', new Uint8Array(0), [2, 3], '0 bytes', 'a header of 12 bytes'],
  ])('refuses %s', (_, content, shape, found, expected) => {
    expect(() => parseIdx(content, 'digits.idx', shape)).toThrowError(
      expect.objectContaining({ code: 'DATA_INVALID', subject: 'digits.idx', found, expected }),
    );
  });
});
