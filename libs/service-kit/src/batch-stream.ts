/** Batches as the messages of `DataService.StreamBatches`, and back. */
import { TaskweaveError, tensorBytes, type NamedTensor } from '@taskweave/common';
import type { BatchHeader, StreamBatchesResponse, TensorChunk } from '@taskweave/contracts';
import { allocateTensor, tensorByteLength, toTensorInfo } from './tensor-info.js';

/** Bytes per chunk: large enough to be quick, small enough not to hold up the health checks between. */
export const CHUNK_BYTES = 512 * 1024;

/** Largest batch the assembler accepts, so that a wrong header cannot exhaust memory. */
export const MAX_BATCH_BYTES = 2 ** 30;

export interface Batch {
  index: number;
  /** The pass over the split that the batch belongs to. */
  epoch: number;
  /** Number of examples, 0 for a shard that has no part in this batch. */
  examples: number;
  /** Number of examples in all shards together. */
  batchExamples: number;
  tensors: NamedTensor[];
}

/** The messages of one batch: its header, then its tensors in chunks. Chunks are views: do not change the batch. */
export function* encodeBatch(batch: Batch): Generator<StreamBatchesResponse, void, void> {
  const { tensors, ...numbers } = batch;
  yield { part: { $case: 'header', value: { ...numbers, tensors: tensors.map(toTensorInfo) } } };
  for (const [tensor, contents] of tensors.entries()) {
    const bytes = tensorBytes(contents);
    for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
      const data = bytes.subarray(offset, offset + CHUNK_BYTES);
      yield { part: { $case: 'chunk', value: { tensor, offset, data } } };
    }
  }
}

function malformed(problem: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: `The stream of batches is malformed: ${problem}.`,
    found,
    expected,
  });
}

/** A batch whose chunks are still coming in. */
class PartialBatch {
  readonly batch: Batch;
  #tensor = 0;
  #offset = 0;

  constructor(header: BatchHeader) {
    const bytes = header.tensors.reduce((sum, info) => sum + tensorByteLength(info), 0);
    // Written so that NaN, from an unknown dtype, is refused too.
    if (!(bytes <= MAX_BATCH_BYTES)) {
      throw malformed(`header of batch ${header.index}`, `${bytes} bytes`, `at most ${MAX_BATCH_BYTES}`);
    }
    const tensors = header.tensors.map((info) => allocateTensor(info)!);
    const { index, epoch, examples, batchExamples } = header;
    this.batch = { index, epoch, examples, batchExamples, tensors };
    this.#skipFull();
  }

  get complete(): boolean {
    return this.#tensor === this.batch.tensors.length;
  }

  add(chunk: TensorChunk): void {
    const tensor = this.batch.tensors[this.#tensor];
    const room = (tensor?.data.byteLength ?? 0) - this.#offset;
    const inOrder = chunk.tensor === this.#tensor && chunk.offset === this.#offset;
    if (tensor === undefined || !inOrder || chunk.data.length === 0 || chunk.data.length > room) {
      throw malformed(
        `chunk in batch ${this.batch.index}`,
        `${chunk.data.length} bytes at ${chunk.offset} of tensor ${chunk.tensor}`,
        `1 to ${room} bytes at ${this.#offset} of tensor ${this.#tensor}`,
      );
    }
    tensorBytes(tensor).set(chunk.data, chunk.offset);
    this.#offset += chunk.data.length;
    this.#skipFull();
  }

  /** Moves on from tensors that have all their bytes; those without elements have them from the start. */
  #skipFull(): void {
    while (!this.complete && this.#offset === this.batch.tensors[this.#tensor]!.data.byteLength) {
      this.#tensor++;
      this.#offset = 0;
    }
  }
}

/**
 * Puts batches together. Every tensor gets memory of its own, so its typed array is aligned and the messages can be
 * freed.
 *
 * @throws TaskweaveError `INTERNAL` when chunks are missing, out of order or of the wrong size, and whatever
 *   `messages` throws
 */
export async function* assembleBatches(
  messages: AsyncIterable<StreamBatchesResponse>,
): AsyncGenerator<Batch, void, void> {
  let partial: PartialBatch | undefined;
  for await (const { part } of messages) {
    if (part?.$case === 'header' && partial === undefined) partial = new PartialBatch(part.value);
    else if (part?.$case === 'chunk' && partial !== undefined) partial.add(part.value);
    else throw malformed('message', part?.$case ?? 'nothing', partial === undefined ? 'a header' : 'a chunk');
    if (partial.complete) {
      yield partial.batch;
      partial = undefined;
    }
  }
  if (partial !== undefined) throw malformed(`batch ${partial.batch.index}`, 'the end', 'another chunk');
}
