import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, sha256OfParts } from './file-parts.js';
import { sha256 } from './spec-hash.js';

describe('sha256OfParts', () => {
  it('is the hash of the parts put together, however they are cut', async () => {
    const lengths = fc.array(fc.nat(CHUNK_BYTES + 10), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(255), async (sizes, value) => {
        const parts = sizes.map((size, i) => new Uint8Array(size).fill(value + i));
        expect(await sha256OfParts(parts)).toBe(sha256(Buffer.concat(parts)));
      }),
      { numRuns: 40 },
    );
  });

  it('lets other work have its turn within one large part', async () => {
    let turns = 0;
    const hash = sha256OfParts([new Uint8Array(4 * CHUNK_BYTES)]);
    const count = (): void => void setImmediate(() => ++turns < 3 && count());
    count();
    await hash;
    expect(turns).toBe(3);
  });
});
