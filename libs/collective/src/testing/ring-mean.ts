import { segmentBounds } from '../ring.js';

/** The definition of the result: plain loops over the joined vectors of all members, in the order of the ring. */
export function ringMean(vectors: readonly Float32Array[]): Float32Array {
  const members = vectors.length;
  const mean = new Float32Array(vectors[0]!.length);
  for (let segment = 0; segment < members; segment++) {
    const [begin, end] = segmentBounds(mean.length, members, segment);
    for (let i = begin; i < end; i++) {
      let sum = vectors[segment]![i]!;
      for (let k = 1; k < members; k++) sum = Math.fround(sum + vectors[(segment + k) % members]![i]!);
      mean[i] = sum / members;
    }
  }
  return mean;
}
