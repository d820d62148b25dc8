import type { RandomStream } from '@taskweave/common';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Draws made in one go: some milliseconds' work before the code is compiled, a fraction of one afterwards. */
const DRAWS_PER_TURN = 1024;

/**
 * What `stream.permutation(size)` gives, drawn in portions between which other work of the process gets its turn: a
 * training set's order takes longer to draw than a service should keep silent.
 *
 * @returns the integers 0..size-1 in random order (Fisher-Yates)
 */
export async function permutationInTurns(stream: RandomStream, size: number): Promise<Uint32Array> {
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  for (let first = size - 1; first > 0; first -= DRAWS_PER_TURN) {
    if (first < size - 1) await nextTurn();
    const end = Math.max(0, first - DRAWS_PER_TURN);
    for (let last = first; last > end; last--) {
      const other = Math.floor((stream.uint32(size - 1 - last) / 2 ** 32) * (last + 1));
      const moved = order[last]!;
      order[last] = order[other]!;
      order[other] = moved;
    }
  }
  return order;
}
