import { randomStream } from '@taskweave/common';

/** The two halves of the training set, each in the order of one epoch. */
export interface Halves {
  weights: Uint32Array;
  architecture: Uint32Array;
}

export interface HalvesOptions {
  seed: number;
  /** Examples in the training set. */
  size: number;
  /** Examples in the weights half. */
  weights: number;
  mixed: boolean;
}

/** Orders computed last. A stream reads an epoch batch by batch; two streams may be an epoch apart. */
const recent = new Map<string, Halves>();
const RECENT = 8;

/** The halves at an epoch: a pure function, which remembers its last few answers. The result must not be changed. */
export function shuffledHalves(options: HalvesOptions, epoch: number): Halves {
  const { seed, size, weights, mixed } = options;
  const key = [seed, size, weights, mixed, epoch].join(' ');
  let halves = recent.get(key);
  if (halves === undefined) halves = mixed ? drawHalves(options, epoch) : reshuffle(options, epoch);
  recent.delete(key);
  recent.set(key, halves);
  if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  return halves;
}

function drawHalves({ seed, size, weights }: HalvesOptions, epoch: number): Halves {
  const order = randomStream(seed, 'shuffle', epoch).permutation(size);
  return { weights: order.subarray(0, weights), architecture: order.subarray(weights) };
}

/** The halves of epoch 0, each shuffled within itself. */
function reshuffle(options: HalvesOptions, epoch: number): Halves {
  const fixed = drawHalves(options, 0);
  const shuffle = (half: Uint32Array, stream: string) =>
    randomStream(options.seed, stream, epoch)
      .permutation(half.length)
      .map((position) => half[position]!);
  return {
    weights: shuffle(fixed.weights, 'shuffle/weights'),
    architecture: shuffle(fixed.architecture, 'shuffle/architecture'),
  };
}
