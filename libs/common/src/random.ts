/**
 * Counter-based random numbers: every draw is a pure function of (seed, stream, step, index), so nothing has to
 * be remembered to continue a run and two draws with different keys never depend on each other.
 *
 * The generator is Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011). It needs only 32-bit addition, rotation and exclusive or, so the same function can run inside a
 * tensor graph.
 */

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const KEY_PARITY = 0x1bd11bda;

/**
 * One Threefry-2x32-20 block.
 *
 * @param key two unsigned 32-bit words
 * @param counter two unsigned 32-bit words
 * @returns two unsigned 32-bit words
 */
export function threefry2x32(
  key: readonly [number, number],
  counter: readonly [number, number],
): [number, number] {
  const schedule = [key[0] | 0, key[1] | 0, (key[0] ^ key[1] ^ KEY_PARITY) | 0] as const;
  let x0 = (counter[0] + schedule[0]) | 0;
  let x1 = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8]!;
    x0 = (x0 + x1) | 0;
    x1 = (x1 << rotation) | (x1 >>> (32 - rotation));
    x1 ^= x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]!) | 0;
      x1 = (x1 + schedule[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** FNV-1a hash of a stream's name: an unsigned 32-bit word. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The Threefry key of a stream, for code that computes the same numbers elsewhere (in a tensor graph, say). */
export function streamKey(seed: number, stream: string): [number, number] {
  return [seed >>> 0, hashName(stream)];
}

/** An endless, addressable sequence of random numbers. */
export interface RandomStream {
  /** Unsigned 32-bit integer number `index` (0 <= index < 2^33) of the stream. */
  uint32(index: number): number;
  /** Uniform number in the open interval (0, 1); an odd multiple of 2^-24, so exact in float32. */
  uniform(index: number): number;
  /** Standard normal number (Box-Muller over the uniforms 2·index and 2·index + 1). */
  normal(index: number): number;
  /** The integers 0..size-1 in random order (Fisher-Yates). */
  permutation(size: number): Uint32Array;
}

/**
 * The random numbers of one purpose at one step.
 *
 * @param seed the run's seed, 0 <= seed < 2^32
 * @param stream what the numbers are for, e.g. `'shuffle/weights'`; different names give independent numbers
 * @param step training step, epoch or any other counter, 0 <= step < 2^32
 */
export function randomStream(seed: number, stream: string, step = 0): RandomStream {
  const key = streamKey(seed, stream);
  const uint32 = (index: number): number =>
    threefry2x32(key, [step >>> 0, Math.floor(index / 2) >>> 0])[index % 2]!;
  const uniform = (index: number): number => ((uint32(index) >>> 9) + 0.5) * 2 ** -23;
  return {
    uint32,
    uniform,
    normal(index) {
      const radius = Math.sqrt(-2 * Math.log(uniform(2 * index)));
      return radius * Math.cos(2 * Math.PI * uniform(2 * index + 1));
    },
    permutation(size) {
      // Epochs of tens of thousands are shuffled between two answers of a service, so this must not dawdle: plain
      // loops, and both words of every block.
      const order = new Uint32Array(size);
      for (let i = 0; i < size; i++) order[i] = i;
      let block: [number, number] = [0, 0];
      for (let last = size - 1; last > 0; last--) {
        const draw = size - 1 - last;
        if (draw % 2 === 0) block = threefry2x32(key, [step >>> 0, draw / 2]);
        const other = Math.floor((block[draw % 2]! / 2 ** 32) * (last + 1));
        const moved = order[last]!;
        order[last] = order[other]!;
        order[other] = moved;
      }
      return order;
    },
  };
}
