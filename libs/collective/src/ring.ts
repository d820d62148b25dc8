/**
 * The order of a ring all-reduce. The joined vector is cut into as many segments as there are members. In the first
 * members - 1 steps a segment travels round the ring and every member adds its own values; in the last members - 1
 * steps the finished mean travels on. So each member sends and receives 2 (members - 1) / members of the vector,
 * whatever their number, and every sum is taken in the order of the ring, whatever the timing:
 *
 *     mean of segment s = ((x_s + x_{s+1}) + ... + x_{s-1}) / members      (members modulo their number, in float32)
 */

/** Neighbouring elements of the joined vector. */
export interface Chunk {
  /** 0 .. 2 (members - 1) - 1. */
  readonly step: number;
  readonly begin: number;
  /** Index after the last element. */
  readonly end: number;
}

/** The part of the vector that segment `segment` is: begin and the index after its end. */
export function segmentBounds(elements: number, members: number, segment: number): [number, number] {
  return [Math.floor((elements * segment) / members), Math.floor((elements * (segment + 1)) / members)];
}

/** Number of steps of a round. */
export function ringSteps(members: number): number {
  return 2 * (members - 1);
}

/** The segment that the member at `position` sends in `step`; it receives the one that its left neighbour sends. */
function segmentSent(position: number, members: number, step: number): number {
  // After members - 1 steps of sums a member holds the mean of the segment after its own: the rule goes on unchanged.
  return (((position - step) % members) + members) % members;
}

/** The chunks that the member at `position` sends to its right neighbour, in order. */
export function chunksSent(
  elements: number,
  members: number,
  position: number,
  chunkElements: number,
): Chunk[] {
  const chunks: Chunk[] = [];
  for (let step = 0; step < ringSteps(members); step++) {
    const [begin, end] = segmentBounds(elements, members, segmentSent(position, members, step));
    for (let at = begin; at < end; at += chunkElements) {
      chunks.push({ step, begin: at, end: Math.min(end, at + chunkElements) });
    }
  }
  return chunks;
}

/** What arriving chunks of a step are: summands on their way, the last summand that makes it a mean, or means. */
export type ChunkRole = 'sum' | 'last-sum' | 'mean';

export function roleOf(step: number, members: number): ChunkRole {
  if (step < members - 2) return 'sum';
  return step === members - 2 ? 'last-sum' : 'mean';
}
