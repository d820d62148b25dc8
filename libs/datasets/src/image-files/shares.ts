import { randomStream } from '@taskweave/common';

/**
 * Takes random examples out of a list: a pure function of seed, stream and the length of the list. Both results keep the
 * order of the list.
 *
 * @param share of the examples that are taken, 0..1, rounded; at least one of two or more where it is above 0
 */
export function takeShare<T>(
  list: readonly T[],
  share: number,
  seed: number,
  stream: string,
): { taken: T[]; left: T[] } {
  const wanted = Math.round(share * list.length);
  const count = share > 0 && list.length > 1 ? Math.min(list.length - 1, Math.max(1, wanted)) : 0;
  const chosen = new Set(randomStream(seed, stream).permutation(list.length).subarray(0, count));
  return {
    taken: list.filter((_, i) => chosen.has(i)),
    left: list.filter((_, i) => !chosen.has(i)),
  };
}
