import { StreamBatchesResponse } from '@taskweave/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_HEAD_BYTES, encodeChunk, readChunkHead } from './chunk-bytes.js';

const uint32 = fc.oneof(
  fc.nat(2 ** 32 - 1),
  fc.constantFrom(0, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
);
const data = fc.oneof(
  fc.uint8Array({ minLength: 1 }),
  fc.constantFrom(127, 128, 16_383, 16_384, 600_000).map((size) => new Uint8Array(size).fill(size)),
);

describe('readChunkHead', () => {
  it('finds what encodeChunk wrote', () => {
    fc.assert(
      fc.property(uint32, uint32, data, (part, offset, contents) => {
        const bytes = encodeChunk({ part, offset }, contents);
        const head = readChunkHead(bytes.subarray(0, CHUNK_HEAD_BYTES), bytes.length);
        expect(head).toMatchObject({ part, offset });
        expect(bytes.subarray(head!.dataAt).equals(contents)).toBe(true);
      }),
    );
  });

  it('never says otherwise than generated code, whatever the bytes', () => {
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x12, 0x08, 0x10, 0x1a, 0, 1, 2, 3, 4, 5, 6));
    const noise = fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(noise, (bytes) => {
        const head = readChunkHead(bytes, bytes.length);
        if (head === undefined) return;
        const { part } = StreamBatchesResponse.decode(bytes);
        expect(part?.$case === 'chunk' && part.value).toEqual({
          tensor: head.part,
          offset: head.offset,
          data: bytes.subarray(head.dataAt),
        });
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['nothing', []],
    ['another field', [0x0a, 4, 8, 1, 0x1a, 0]],
    ['a chunk that is shorter than its message', [0x12, 3, 0x1a, 1, 7, 0x08, 1]],
    ['data that is shorter than its chunk', [0x12, 5, 0x1a, 1, 7, 0x08, 1]],
    ['a chunk that ends early', [0x12, 9, 0x1a, 1, 7]],
    ['a number without end', [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('leaves %s to generated code', (_what, bytes) => {
    expect(readChunkHead(Uint8Array.from(bytes), bytes.length)).toBeUndefined();
  });
});
