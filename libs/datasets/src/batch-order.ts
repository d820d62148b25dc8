/**
 * Which examples a batch holds: a pure function of seed, split, batch number and shard, so a stream of batches can
 * be opened anywhere and a resumed run sees what an unbroken one would have.
 *
 * The training set is divided as in MTL-NAS (CVPR 2020): every epoch its N examples are shuffled, the first
 * floor(trainSplit·N) train weights and the rest train the architecture.
 */
import { TaskweaveError } from '@taskweave/common';
import { shuffledHalves } from './halves.js';

/** `weights` and `architecture` are the two halves of the training set. */
export type Split = 'weights' | 'architecture' | 'validation' | 'test';

export interface BatchOrder {
  /** The run's seed: a uint32. Has no effect on validation and test. */
  seed: number;
  split: Split;
  /** Number of examples of the part the split belongs to: the whole training set for both halves. */
  size: number;
  /** Examples in a full batch, an integer >= 1. */
  batchSize: number;
  /** Share of the training set in the weights half, between 0 and 1, both excluded. */
  trainSplit: number;
  /** Whether the halves are drawn anew every epoch, or once for the run and only shuffled within. */
  mixed: boolean;
}

/**
 * One of several readers that share every batch: reader `index` of `count` gets that part of it. The parts of a batch are
 * disjoint, next to each other, and differ by at most one example, the larger ones first. Where a batch has fewer
 * examples than there are readers, the last ones get none.
 */
export interface Shard {
  index: number;
  count: number;
}

const WHOLE: Shard = { index: 0, count: 1 };

export interface Batch {
  /** The pass over the split that the batch belongs to, from 0. */
  epoch: number;
  /** Positions within the part: `train` for both halves. Of this shard alone. */
  indices: Uint32Array;
  /** Examples of the batch in all shards together. */
  batchExamples: number;
}

/** Sizes of the weights and the architecture half. */
function halfSizes({ size, trainSplit }: BatchOrder): { weights: number; architecture: number } {
  const weights = Math.floor(trainSplit * size);
  if (weights < 1 || weights >= size) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The training set cannot be divided into a weights half and an architecture half.',
      subject: 'data.trainSplit',
      found: `${weights} of ${size} examples for weights`,
      expected: 'at least one example in either half',
    });
  }
  return { weights, architecture: size - weights };
}

/**
 * Batches in one pass over the split. An epoch of either half is one pass over the weights
 * half; its last batch may be smaller.
 *
 * @throws TaskweaveError `CONFIG_INVALID` if a half of the training set would be empty
 */
export function batchesPerEpoch(order: BatchOrder): number {
  const isHalf = order.split === 'weights' || order.split === 'architecture';
  return Math.ceil((isHalf ? halfSizes(order).weights : order.size) / order.batchSize);
}

/**
 * The examples of one batch, or of a shard of it.
 *
 * An architecture batch is as large as the weights batch of the same number, also where that is the last, smaller
 * one of an epoch; if the architecture half is the shorter one it starts over within the epoch. Validation and test
 * go through their part in order.
 *
 * The order of an epoch is drawn when it is first asked for, other work of the process having its turns meanwhile.
 *
 * @param t number of the batch, from 0; without end, epoch follows epoch
 * @throws TaskweaveError `CONFIG_INVALID` if a half of the training set would be empty
 */
export async function batchIndices(order: BatchOrder, t: number, shard: Shard = WHOLE): Promise<Batch> {
  const perEpoch = batchesPerEpoch(order);
  const epoch = Math.floor(t / perEpoch);
  const start = (t % perEpoch) * order.batchSize;
  if (order.split === 'validation' || order.split === 'test') {
    const batchExamples = Math.min(order.batchSize, order.size - start);
    const { begin, length } = partOf(batchExamples, shard);
    const indices = Uint32Array.from({ length }, (_, i) => start + begin + i);
    return { epoch, indices, batchExamples };
  }
  const { weights } = halfSizes(order);
  const batchExamples = Math.min(order.batchSize, weights - start);
  const { begin, length } = partOf(batchExamples, shard);
  const half = (await shuffledHalves({ ...order, weights }, epoch))[order.split];
  const indices = Uint32Array.from({ length }, (_, i) => half[(start + begin + i) % half.length]!);
  return { epoch, indices, batchExamples };
}

/** Where a shard's part of a batch begins, and how many examples it has. */
function partOf(examples: number, { index, count }: Shard): { begin: number; length: number } {
  const [least, larger] = [Math.floor(examples / count), examples % count];
  return { begin: index * least + Math.min(index, larger), length: index < larger ? least + 1 : least };
}
