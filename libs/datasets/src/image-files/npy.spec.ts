import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNpy } from './npy.js';
import { npy } from './testing.js';

describe('parseNpy', () => {
  it('reads what NumPy writes, in either precision', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, single) => {
        const count = shape.reduce((product, extent) => product * extent, 1);
        const numbers = Array.from({ length: count }, (_, i) => Math.fround(i / 7 - 1));
        const bytes = npy(single ? Float32Array.from(numbers) : Float64Array.from(numbers), shape);
        expect(parseNpy(bytes, 'x.npy')).toEqual({ shape, data: Float32Array.from(numbers) });
      }),
    );
  });

  const good = npy(Float32Array.of(1, 2, 3));
  const patched = (from: string, to: string) =>
    Buffer.from(Buffer.from(good).toString('latin1').replace(from, to), 'latin1');
  it.each<[string, Uint8Array, string]>([
    ['another format', Buffer.from('P5 12 12 255 ................'), 'do not begin'],
    ['an empty file', new Uint8Array(), '0 bytes'],
    ['a header cut off', good.subarray(0, 40), '40 bytes'],
    ['numbers cut off', good.subarray(0, good.length - 1), `${good.length - 1} bytes`],
    ['big-endian numbers', patched('<f4', '>f4'), '>f4'],
    ['integers', patched('<f4', '<i4'), '<i4'],
    ['columns first', patched('False', 'True '), 'columns first'],
  ])('refuses %s', (_, bytes, found) => {
    expect(() => parseNpy(bytes, 'x.npy')).toThrowError(
      expect.objectContaining({
        code: 'DATA_INVALID',
        subject: 'x.npy',
        found: expect.stringContaining(found) as string,
      }),
    );
  });
});
