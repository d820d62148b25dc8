/** Batches as the messages of `DataService.StreamBatches`; back: `batch-assembly.ts`. */
import { tensorBytes, type NamedTensor } from '@taskweave/common';
import type { StreamBatchesResponse } from '@taskweave/contracts';
import { toTensorInfo } from './tensor-info.js';

/** Bytes per chunk: large enough to be quick; small enough that copies of it stay in a processor's own cache. */
export const CHUNK_BYTES = 256 * 1024;

export interface Batch {
  index: number;
  /** The pass over the split that the batch belongs to. */
  epoch: number;
  /** Number of examples, 0 for a shard that has no part in this batch. */
  examples: number;
  /** Number of examples in all shards together. */
  batchExamples: number;
  tensors: NamedTensor[];
  /** W3C traceparent of the span in which the batch was composed; absent when that is not known. */
  traceparent?: string;
}

/** The messages of one batch: its header, then its tensors in chunks. Chunks are views: do not change the batch. */
export function* encodeBatch(batch: Batch): Generator<StreamBatchesResponse, void, void> {
  const { tensors, traceparent = '', ...numbers } = batch;
  const header = { ...numbers, tensors: tensors.map(toTensorInfo), traceparent };
  yield { part: { $case: 'header', value: header } };
  for (const [tensor, contents] of tensors.entries()) {
    const bytes = tensorBytes(contents);
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
      const data = bytes.subarray(offset, offset + CHUNK_BYTES);
      yield { part: { $case: 'chunk', value: { tensor, offset, data } } };
    }
  }
}
