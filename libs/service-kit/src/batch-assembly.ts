/** Batches from the messages of `DataService.StreamBatches`, as their bytes come in. */
import { TaskweaveError, tensorBytes } from '@taskweave/common';
import { StreamBatchesResponse, type BatchHeader } from '@taskweave/contracts';
import type { Batch } from './batch-stream.js';
import { CHUNK_HEAD_BYTES, readChunkHead, type ChunkHead } from './chunk-bytes.js';
import type { MessageSink } from './message-frames.js';
import { allocateTensor, tensorByteLength } from './tensor-info.js';
import type { TensorMemory } from './tensor-memory.js';

/** Largest batch that is accepted, so that a wrong header cannot exhaust memory. */
export const MAX_BATCH_BYTES = 2 ** 30;

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

  constructor(header: BatchHeader, memory: TensorMemory) {
    const bytes = header.tensors.reduce((sum, info) => sum + tensorByteLength(info), 0);
    // Written so that NaN, from an unknown dtype, is refused too.
    if (!(bytes <= MAX_BATCH_BYTES)) {
      throw malformed(`header of batch ${header.index}`, `${bytes} bytes`, `at most ${MAX_BATCH_BYTES}`);
    }
    const tensors = header.tensors.map((info) => allocateTensor(info, memory)!);
    const { index, epoch, examples, batchExamples, traceparent } = header;
    this.batch = {
      index,
      epoch,
      examples,
      batchExamples,
      tensors,
      ...(traceparent !== '' && { traceparent }),
    };
    this.#skipFull();
  }

  get complete(): boolean {
    return this.#tensor === this.batch.tensors.length;
  }

  /** Where the next chunk's data belongs. */
  place(chunk: ChunkHead, length: number): Uint8Array {
    const tensor = this.batch.tensors[this.#tensor];
    const room = (tensor?.data.byteLength ?? 0) - this.#offset;
    const inOrder = chunk.part === this.#tensor && chunk.offset === this.#offset;
    if (tensor === undefined || !inOrder || length === 0 || length > room) {
      throw malformed(
        `chunk in batch ${this.batch.index}`,
        `${length} bytes at ${chunk.offset} of tensor ${chunk.part}`,
        `1 to ${room} bytes at ${this.#offset} of tensor ${this.#tensor}`,
      );
    }
    return tensorBytes(tensor).subarray(chunk.offset, chunk.offset + length);
  }

  /** Goes on after a chunk that has been written to its place. */
  advance(length: number): void {
    this.#offset += length;
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
 * Puts batches together: the bytes of chunks go straight into their tensors, which have memory of their own, so that
 * typed arrays are aligned.
 *
 * Its methods throw TaskweaveError `INTERNAL` when chunks are missing, out of order or of the wrong size.
 */
export class BatchAssembly implements MessageSink {
  readonly headBytes = CHUNK_HEAD_BYTES;
  readonly #memory: TensorMemory;
  readonly #onBatch: (batch: Batch) => void;
  #partial: PartialBatch | undefined;
  #length = 0;

  /** @param onBatch called with every batch that is complete */
  constructor(memory: TensorMemory, onBatch: (batch: Batch) => void) {
    this.#memory = memory;
    this.#onBatch = onBatch;
  }

  begin(head: Uint8Array, length: number): Uint8Array | undefined {
    const chunk = readChunkHead(head, length);
    if (chunk === undefined) return undefined;
    this.#length = length - chunk.dataAt;
    return this.#place(chunk, this.#length);
  }

  written(): void {
    this.#partial!.advance(this.#length);
    this.#handOver();
  }

  message(bytes: Uint8Array): void {
    const { part } = StreamBatchesResponse.decode(bytes);
    if (part?.$case === 'chunk') {
      const { tensor, offset, data } = part.value;
      this.#place({ part: tensor, offset }, data.length).set(data);
      this.#partial!.advance(data.length);
    } else if (part?.$case === 'header' && this.#partial === undefined) {
      this.#partial = new PartialBatch(part.value, this.#memory);
    } else this.#unexpected(part?.$case);
    this.#handOver();
  }

  /** @throws TaskweaveError when the stream must not end here */
  end(): void {
    if (this.#partial === undefined) return;
    throw malformed(`batch ${this.#partial.batch.index}`, 'the end', 'another chunk');
  }

  #place(chunk: ChunkHead, length: number): Uint8Array {
    return this.#partial === undefined ? this.#unexpected('chunk') : this.#partial.place(chunk, length);
  }

  #unexpected(found: string | undefined): never {
    throw malformed('message', found ?? 'nothing', this.#partial === undefined ? 'a header' : 'a chunk');
  }

  #handOver(): void {
    const partial = this.#partial;
    if (partial?.complete !== true) return;
    this.#partial = undefined;
    this.#onBatch(partial.batch);
  }
}
