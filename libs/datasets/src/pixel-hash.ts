/**
 * A quick integer hash for the texture and noise of pixels, where a Threefry block for every pixel would take longer than the picture:
 * two rounds of multiply and shift over the coordinates and a seed that does come from a random stream.
 *
 * @returns an unsigned 32-bit word
 */
export function hash(x: number, y: number, seed: number): number {
  let bits = Math.imul(x | 0, 0x27d4eb2f) ^ Math.imul(y | 0, 0x165667b1) ^ seed;
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/** The hash as a number, 0 <= result < 1. */
export function hashUnit(x: number, y: number, seed: number): number {
  return hash(x, y, seed) * 2 ** -32;
}

/** The sum of the hash's four bytes, brought to mean 0 and deviation 1: nearly normal, and never beyond 3.5. */
export function nearNormal(x: number, y: number, seed: number): number {
  const word = hash(x, y, seed);
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
  return (sum - 510) / 147.8;
}

/** Smooth noise: random values at whole coordinates, interpolated between them; 0..1. */
export function smoothNoise(x: number, y: number, seed: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [ease(x - left), ease(y - top)];
  const upper = mix(hashUnit(left, top, seed), hashUnit(left + 1, top, seed), fx);
  const lower = mix(hashUnit(left, top + 1, seed), hashUnit(left + 1, top + 1, seed), fx);
  return mix(upper, lower, fy);
}

export function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
