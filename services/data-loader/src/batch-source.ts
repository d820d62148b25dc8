import { batchIndices, batchesPerEpoch, type BatchOrder, type DataSet, type Draw } from '@taskweave/datasets';
import type { Batch } from '@taskweave/service-kit';
import { injectContext, rootSpan } from '@taskweave/telemetry';
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
  const { split, shard, tasks } = request;
  const { epoch, indices, batchExamples } = await batchIndices(orderOf(dataSet, request), index, shard);
  const examples = indices.length;
  // Nothing is read for a shard that has no part in a small batch.
  const tensors =
    examples === 0 ? [] : await dataSet.read(partOf(split), indices, tasks, drawOf(request, index));
  return { index, epoch, examples, batchExamples, tensors };
}

/**
 * A batch in a trace of its own, as it is composed long before it is known what it will be for. Whoever waits for the batch
 * links to that trace.
 */
function tracedBatch(dataSet: DataSet, request: BatchRequest, index: number): Promise<Batch> {
  const attributes = { 'taskweave.split': request.split, 'taskweave.batch.index': index };
  return rootSpan('batch', attributes, async () => {
    const batch = await composeBatch(dataSet, request, index);
    const { traceparent } = injectContext();
    return { ...batch, ...(traceparent !== undefined && { traceparent }) };
  });
}

/** Random numbers of the augmentation: the same for all shards of a batch, and none for evaluation. */
function drawOf({ split, seed }: BatchRequest, index: number): Draw | undefined {
  return partOf(split) === 'train' ? { seed, step: index } : undefined;
}

/** The batches a request asks for, in order. Other work of the process gets its turn between any two. */
export async function* batchesOf(dataSet: DataSet, request: BatchRequest): AsyncGenerator<Batch, void, void> {
  const end = lastBatch(dataSet, request);
  for (let index = request.firstBatch; index < end; index++) {
    await nextTurn();
    yield await tracedBatch(dataSet, request, index);
  }
}

/** Index after that of the last batch to send. */
function lastBatch(dataSet: DataSet, request: BatchRequest): number {
  const { split, firstBatch, count } = request;
  if (count > 0) return firstBatch + count;
  if (split === 'weights' || split === 'architecture') return Infinity;
  return batchesPerEpoch(orderOf(dataSet, request));
}
