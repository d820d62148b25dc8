import { batchIndices, batchesPerEpoch, type BatchOrder, type DataSet, type Draw } from '@taskweave/datasets';
import type { Batch } from '@taskweave/service-kit';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { partOf, type BatchRequest } from './batch-request.js';

/** The order that a request's batches come in. */
export function orderOf(
  dataSet: DataSet,
  request: Omit<BatchRequest, 'tasks' | 'firstBatch' | 'count' | 'shard'>,
): BatchOrder {
  const { seed, split, batchSize, data } = request;
  const size = dataSet.sizes[partOf(split)];
  return { seed, split, size, batchSize, trainSplit: data.trainSplit, mixed: data.mixed };
}

/** Batch `index` of a request: a pure function of both. */
export async function composeBatch(dataSet: DataSet, request: BatchRequest, index: number): Promise<Batch> {
  const { epoch, indices } = await batchIndices(orderOf(dataSet, request), index, request.shard);
  const tensors = await dataSet.read(partOf(request.split), indices, request.tasks, drawOf(request, index));
  return { index, epoch, examples: indices.length, tensors };
}

/** Random numbers of the augmentation: those of the batch's number among all shards, and none for evaluation. */
function drawOf({ split, seed, shard }: BatchRequest, index: number): Draw | undefined {
  if (partOf(split) !== 'train') return undefined;
  return { seed, step: index * shard.count + shard.index };
}

/** The batches a request asks for, in order. Other work of the process gets its turn between any two. */
export async function* batchesOf(dataSet: DataSet, request: BatchRequest): AsyncGenerator<Batch, void, void> {
  const end = lastBatch(dataSet, request);
  for (let index = request.firstBatch; index < end; index++) {
    await nextTurn();
    yield await composeBatch(dataSet, request, index);
  }
}

/** Index after that of the last batch to send. */
function lastBatch(dataSet: DataSet, request: BatchRequest): number {
  const { split, firstBatch, count, shard } = request;
  if (count > 0) return firstBatch + count;
  if (split === 'weights' || split === 'architecture') return Infinity;
  // Of the pass's batches, numbered through all shards, this one has shard.index, shard.index + shard.count, ...
  return Math.ceil((batchesPerEpoch(orderOf(dataSet, request)) - shard.index) / shard.count);
}
