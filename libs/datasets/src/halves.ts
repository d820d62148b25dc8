import { randomStream } from '@taskweave/common';
import { permutationInTurns } from './permutation.js';

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

/** Orders asked for last. A stream reads an epoch batch by batch; two streams may be an epoch apart. */
const recent = new Map<string, Promise<Halves>>();
const RECENT = 8;

/** The halves at an epoch: a pure function, which remembers its last few answers. The result must not be changed. */
export function shuffledHalves(options: HalvesOptions, epoch: number): Promise<Halves> {
  const { seed, size, weights, mixed } = options;
  const key = [seed, size, weights, mixed, epoch].join(' ');
  const halves = recent.get(key) ?? (mixed ? drawHalves(options, epoch) : reshuffle(options, epoch));
  recent.delete(key);
  recent.set(key, halves);
  if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  return halves;
}

async function drawHalves({ seed, size, weights }: HalvesOptions, epoch: number): Promise<Halves> {
  const order = await permutationInTurns(randomStream(seed, 'shuffle', epoch), size);
  return { weights: order.subarray(0, weights), architecture: order.subarray(weights) };
}

/** The halves of epoch 0, each shuffled within itself. */
async function reshuffle(options: HalvesOptions, epoch: number): Promise<Halves> {
  const fixed = await drawHalves(options, 0);
  const shuffle = async (half: Uint32Array, stream: string): Promise<Uint32Array> => {
    const order = await permutationInTurns(randomStream(options.seed, stream, epoch), half.length);
    return order.map((position) => half[position]!);
  };
  return {
    weights: await shuffle(fixed.weights, 'shuffle/weights'),
    architecture: await shuffle(fixed.architecture, 'shuffle/architecture'),
  };
}
