import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PART_BYTES, partsOf } from './parts.js';

const MIB = 2 ** 20;

it('cuts a file into parts that are the file, as many and as large as S3 takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 * 2 ** 40 }), (bytes) => {
      const parts = partsOf(bytes);
      expect(parts.length).toBeLessThanOrEqual(10_000);
      let end = 0;
      for (const [index, part] of parts.entries()) {
        if (part.number !== index + 1 || part.begin !== end) throw new Error(`part ${index} is out of place`);
        if (index < parts.length - 1 && part.bytes < 5 * MIB) throw new Error(`part ${index} is too small`);
        end += part.bytes;
      }
      expect(end).toBe(bytes);
    }),
    { numRuns: 50 },
  );
});

it('cuts at the size of a part', () => {
  expect(partsOf(PART_BYTES)).toHaveLength(1);
  expect(partsOf(PART_BYTES + 1).map(({ bytes }) => bytes)).toEqual([PART_BYTES, 1]);
});
