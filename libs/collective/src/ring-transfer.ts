import { TaskweaveError } from '@taskweave/common';
import type { SegmentChunk } from '@taskweave/contracts';
import { chunksSent, roleOf, type Chunk } from './ring.js';
import { allFinite, type TensorLayout } from './tensor-layout.js';

/** Elements in a full chunk: 512 KiB. */
export const CHUNK_ELEMENTS = 128 * 1024;

/** One member's arithmetic in one round: what it may send, and what becomes of what it receives. No I/O. */
export class RingTransfer {
  /** What is sent, in order. */
  readonly outgoing: readonly Chunk[];
  readonly #incoming: readonly Chunk[];
  readonly #joined: Float32Array;
  readonly #layout: TensorLayout;
  readonly #members: number;
  /** Chunks of the first step, which need nothing to have arrived. */
  readonly #initial: number;
  #received = 0;

  /**
   * @param joined this member's values; holds the means in the end
   * @param position of this member on the ring
   */
  constructor(
    layout: TensorLayout,
    joined: Float32Array,
    members: number,
    position: number,
    chunkElements: number,
  ) {
    const left = (position + members - 1) % members;
    this.outgoing = chunksSent(joined.length, members, position, chunkElements);
    this.#incoming = chunksSent(joined.length, members, left, chunkElements);
    this.#initial = this.outgoing.filter(({ step }) => step === 0).length;
    this.#layout = layout;
    this.#joined = joined;
    this.#members = members;
  }

  /** Whether everything has arrived: the joined vector holds the means. */
  get complete(): boolean {
    return this.#received === this.#incoming.length;
  }

  /** Whether outgoing chunk `index` is final for its step; from the second step on it is what arrived in the one before. */
  canSend(index: number): boolean {
    return index - this.#initial < this.#received;
  }

  /** The message of an outgoing chunk. Its data is a view. */
  message({ step, begin, end }: Chunk): SegmentChunk {
    const { buffer, byteOffset } = this.#joined;
    return { step, begin, data: new Uint8Array(buffer, byteOffset + 4 * begin, 4 * (end - begin)) };
  }

  /**
   * Takes in the next chunk.
   *
   * @throws TaskweaveError `MESSAGE_INVALID` when it is not the next one or has another size; `NOT_FINITE` when it, or
   *   what becomes of it, holds a value that is no finite number
   */
  receive(message: SegmentChunk): void {
    const next = this.#incoming[this.#received];
    if (
      next === undefined ||
      message.step !== next.step ||
      message.begin !== next.begin ||
      message.data.length !== 4 * (next.end - next.begin)
    ) {
      throw new TaskweaveError({
        code: 'MESSAGE_INVALID',
        message: 'A chunk is not the one that comes next.',
        found: `${message.data.length} bytes from element ${message.begin}, step ${message.step}`,
        expected:
          next === undefined
            ? 'no further chunk'
            : `${4 * (next.end - next.begin)} bytes from element ${next.begin}, step ${next.step}`,
      });
    }
    if (!this.#combine(next, message.data)) throw this.#notFinite(next);
    this.#received++;
  }

  /** @returns whether all that comes of it is finite */
  #combine({ step, begin, end }: Chunk, bytes: Uint8Array): boolean {
    const joined = this.#joined;
    const members = this.#members;
    const arrived = this.#floats(bytes);
    const role = roleOf(step, members);
    if (role === 'mean') {
      joined.set(arrived, begin);
      return allFinite(joined, begin, end);
    }
    // In the same loop, as it costs nothing there: 0 x is 0 for finite x and NaN for all others.
    let zero = 0;
    for (let i = 0; i < arrived.length; i++) {
      const sum = Math.fround(joined[begin + i]! + arrived[i]!);
      joined[begin + i] = sum;
      zero += 0 * sum;
    }
    if (role === 'last-sum') for (let i = begin; i < end; i++) joined[i]! /= members;
    return zero === 0;
  }

  /** A chunk's bytes as numbers: without a copy when they lie on a multiple of four, as {@link encodePassRequest} has it. */
  #floats(bytes: Uint8Array): Float32Array {
    if (bytes.byteOffset % 4 === 0) {
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    }
    const floats = new Float32Array(bytes.length / 4);
    new Uint8Array(floats.buffer).set(bytes);
    return floats;
  }

  #notFinite({ begin, end }: Chunk): TaskweaveError {
    const index = this.#joined.subarray(begin, end).findIndex((value) => !Number.isFinite(value)) + begin;
    return new TaskweaveError({
      code: 'NOT_FINITE',
      message: 'A sum of the members’ values is no finite number.',
      subject: this.#layout.nameAt(index),
      found: String(this.#joined[index]),
      expected: 'finite numbers from every member',
    });
  }
}
