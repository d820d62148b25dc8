/**
 * Which two digits share an image. The pairs belong to the data set and not to a run: they follow from a seed of
 * their own, so scores of different runs are over the same images.
 */
import { randomStream } from '@taskweave/common';
import type { Part } from '../data-set.js';
import { permutationInTurns } from '../permutation.js';
import { PAIRS } from './options.js';

const PAIR_SEED = 2017;

/** Pair i shows digit `left[i]` and digit `right[i]`. */
export interface Pairs {
  left: Uint32Array;
  right: Uint32Array;
}

/**
 * The pairs of every part. Of the 60,000 training digits a fixed random choice of 10,000 is for validation; digits
 * are paired only within their part, so no stroke of a validation image is ever trained on. Every digit of a part
 * is once the left one and once the right one. Drawn once a process, in turns with its other work; must not be changed.
 */
export function digitPairs(): Promise<Record<Part, Pairs>> {
  drawn ??= drawPairs();
  return drawn;
}

let drawn: Promise<Record<Part, Pairs>> | undefined;

async function drawPairs(): Promise<Record<Part, Pairs>> {
  const parts = randomStream(PAIR_SEED, 'multi-mnist/parts');
  const digits = await permutationInTurns(parts, PAIRS.train + PAIRS.validation);
  const testDigits = Uint32Array.from({ length: PAIRS.test }, (_, i) => i);
  return {
    train: await pairUp(digits.subarray(PAIRS.validation), 'train'),
    validation: await pairUp(digits.subarray(0, PAIRS.validation), 'validation'),
    test: await pairUp(testDigits, 'test'),
  };
}

async function pairUp(left: Uint32Array, part: Part): Promise<Pairs> {
  const stream = randomStream(PAIR_SEED, `multi-mnist/pairs/${part}`);
  const order = await permutationInTurns(stream, left.length);
  return { left, right: order.map((position) => left[position]!) };
}
