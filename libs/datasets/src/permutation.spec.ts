import { randomStream } from '@taskweave/common';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { permutationInTurns } from './permutation.js';

it('is the permutation of the stream, whatever number of turns it takes', async () => {
  const sizes = fc.oneof(fc.nat(50), fc.nat(20_000), fc.constantFrom(1023, 1024, 1025, 1026, 2049));
  await fc.assert(
    fc.asyncProperty(fc.nat(2 ** 32 - 1), sizes, fc.nat(9), async (seed, size, step) => {
      const stream = randomStream(seed, 'test', step);
      expect(await permutationInTurns(stream, size)).toEqual(stream.permutation(size));
    }),
    { numRuns: 40 },
  );
});

it('lets other work have its turn', async () => {
  let turns = 0;
  const count = (): void => void setImmediate(() => ++turns < 3 && count());
  count();
  await permutationInTurns(randomStream(1, 'test'), 20_000);
  expect(turns).toBe(3);
});
