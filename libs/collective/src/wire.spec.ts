import { DrawResponse, RingToken } from '@taskweave/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeDrawResponse } from './wire.js';

it('gives the bytes of the generated code', () => {
  const chunk = fc.record({
    step: fc.nat(2 ** 14 - 1),
    begin: fc.nat(2 ** 32 - 1),
    data: fc.uint8Array({ maxLength: 3_000 }),
  });
  const message = fc.oneof(
    { weight: 9, arbitrary: chunk.map((value) => ({ $case: 'chunk' as const, value })) },
    { weight: 1, arbitrary: fc.constant({ $case: 'token' as const, value: RingToken.COMMIT }) },
  );
  fc.assert(
    fc.property(message, (one) => {
      const response = { message: one };
      expect(encodeDrawResponse(response).equals(DrawResponse.encode(response).finish())).toBe(true);
    }),
  );
});
