import { PassRequest, RingToken } from '@taskweave/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHUNK_HEADER_BYTES, encodePassRequest } from './wire.js';

/** What gRPC puts before a message. */
const FRAME_BYTES = 5;

it('writes chunks that generated code reads, floats on a multiple of four', () => {
  const chunk = fc.record({
    step: fc.nat(2 ** 14 - 1),
    begin: fc.nat(2 ** 32 - 1),
    data: fc.uint8Array({ maxLength: 3_000 }),
  });
  const scratch = Buffer.alloc(2_000, 0xff);
  fc.assert(
    fc.property(chunk, (value) => {
      const message = { $case: 'chunk' as const, value };
      for (const outgoing of [{ message }, { message, scratch }]) {
        const bytes = encodePassRequest(outgoing);
        expect(bytes.length).toBe(CHUNK_HEADER_BYTES + value.data.length);
        const read = PassRequest.decode(new Uint8Array(bytes));
        expect(read).toEqual({ message });
      }
    }),
  );
  expect((FRAME_BYTES + CHUNK_HEADER_BYTES) % 4).toBe(0);
});

it('writes other messages as generated code does', () => {
  const message = { $case: 'token' as const, value: RingToken.COMMIT };
  expect(PassRequest.decode(encodePassRequest({ message }))).toEqual({ message });
});
