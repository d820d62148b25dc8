import { StreamBatchesResponse } from '@taskweave/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBatchPart } from './batch-part-bytes.js';

const uint32 = fc.oneof(
  fc.nat(2 ** 32 - 1),
  fc.constantFrom(0, 127, 128, 2 ** 14 - 1, 2 ** 14, 2 ** 28, 2 ** 31, 2 ** 32 - 1),
);
const chunk = fc.record({
  tensor: uint32,
  offset: uint32,
  data: fc.oneof(
    fc.uint8Array(),
    fc.constantFrom(127, 128, 16_383, 16_384, 600_000).map((size) => new Uint8Array(size).fill(size)),
  ),
});
const header = fc.record({ index: uint32, epoch: uint32, examples: uint32, batchExamples: uint32 });

const part: fc.Arbitrary<Parameters<typeof StreamBatchesResponse.fromPartial>[0]> = fc.oneof(
  { weight: 5, arbitrary: chunk.map((value) => ({ part: { $case: 'chunk' as const, value } })) },
  { weight: 1, arbitrary: header.map((value) => ({ part: { $case: 'header' as const, value } })) },
  { weight: 1, arbitrary: fc.constant({}) },
);

describe('encodeBatchPart', () => {
  it('gives the bytes of the generated code', () => {
    fc.assert(
      fc.property(part, (partial) => {
        const message = StreamBatchesResponse.fromPartial(partial);
        const expected = Buffer.from(StreamBatchesResponse.encode(message).finish());
        expect(encodeBatchPart(message).equals(expected)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
