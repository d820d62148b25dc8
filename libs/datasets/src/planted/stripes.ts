import { randomStream } from '@taskweave/common';
import type { Part } from '../data-set.js';
import { nearNormal } from '../pixel-hash.js';

/** The images' own seed: a run's seed decides only the order of the batches. */
const SEED = 2020;
/** Pixels from one stripe to the next. */
const WAVELENGTH = 5;
/** Random numbers that one channel takes. */
const DRAWS = 3;

/** What is on one channel of an image. */
export interface Stripes {
  /** 0 <= direction < number of directions; stripes of direction d are turned by d / directions of half a circle. */
  readonly direction: number;
  /** Radians. */
  readonly phase: number;
  readonly noiseSeed: number;
}

/** The stripes of every channel of an image, drawn independently of each other. */
export function drawStripes(part: Part, index: number, channels: number, directions: number): Stripes[] {
  const stream = randomStream(SEED, `planted/${part}`, index);
  return Array.from({ length: channels }, (_, channel) => ({
    direction: Math.floor(directions * stream.uniform(DRAWS * channel)),
    phase: 2 * Math.PI * stream.uniform(DRAWS * channel + 1),
    noiseSeed: stream.uint32(DRAWS * channel + 2),
  }));
}

/**
 * Draws stripes with noise into one channel: a sine from 0 to 1, and what the noise brings beyond cut off.
 *
 * @param image [size, size, channels], of which it sets one channel
 * @param noise standard deviation
 */
export function drawChannel(
  { direction, phase, noiseSeed }: Stripes,
  image: Float32Array,
  { channel, channels, size, directions, noise }: ChannelPlace,
): void {
  const angle = (Math.PI * direction) / directions;
  const [across, down] = [Math.cos(angle), Math.sin(angle)].map((part) => (2 * Math.PI * part) / WAVELENGTH);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const stripe = 0.5 + 0.5 * Math.sin(across! * x + down! * y + phase);
      const value = stripe + noise * nearNormal(x, y, noiseSeed);
      image[(y * size + x) * channels + channel] = Math.min(1, Math.max(0, value));
    }
  }
}

/** Where a channel is drawn, and how. */
export interface ChannelPlace {
  readonly channel: number;
  readonly channels: number;
  readonly size: number;
  readonly directions: number;
  readonly noise: number;
}
