import { TaskweaveError } from '@taskweave/common';
import type { SegmentChunk } from '@taskweave/contracts';
import { chunksSent, roleOf, type Chunk } from './ring.js';
import { allFinite, type TensorLayout } from './tensor-layout.js';

/** Elements in a full chunk: 256 KiB. */
export const CHUNK_ELEMENTS = 64 * 1024;

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
  /** Where summands arrive; as many as a full chunk has. */
  readonly #arrived: Float32Array;
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
    this.#arrived = new Float32Array(Math.min(chunkElements, joined.length));
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
   * Where the next chunk's bytes have to be written.
   *
   * @throws TaskweaveError `MESSAGE_INVALID` when this is not the next one or it has another size
   */
  place({ step, begin }: Omit<SegmentChunk, 'data'>, bytes: number): Uint8Array {
    const next = this.#incoming[this.#received];
    if (
      next === undefined ||
      step !== next.step ||
      begin !== next.begin ||
      bytes !== 4 * (next.end - next.begin)
    ) {
      throw new TaskweaveError({
        code: 'MESSAGE_INVALID',
        message: 'A chunk is not the one that comes next.',
        found: `${bytes} bytes from element ${begin}, step ${step}`,
        expected:
          next === undefined
            ? 'no further chunk'
            : `${4 * (next.end - next.begin)} bytes from element ${next.begin}, step ${next.step}`,
      });
    }
    // What has been sent of this segment was needed for its mean, so it has arrived.
    const mean = roleOf(step, this.#members) === 'mean';
    const floats = mean ? this.#joined.subarray(begin, next.end) : this.#arrived;
    return new Uint8Array(floats.buffer, floats.byteOffset, bytes);
  }

  /**
   * Takes in the chunk that has been written to its place.
   *
   * @throws TaskweaveError `NOT_FINITE` when it, or what becomes of it, holds a value that is no finite number
   */
  placed(): void {
    const chunk = this.#incoming[this.#received]!;
    if (!this.#combine(chunk)) throw this.#notFinite(chunk);
    this.#received++;
  }

  /** @returns whether all that comes of it is finite */
  #combine({ step, begin, end }: Chunk): boolean {
    const joined = this.#joined;
    const members = this.#members;
    const role = roleOf(step, members);
    if (role === 'mean') return allFinite(joined, begin, end);
    const arrived = this.#arrived;
    // In the same loop, as it costs nothing there: 0 x is 0 for finite x and NaN for all others.
    let zero = 0;
    const count = end - begin;
    const scale = role === 'sum' ? 1 : exactInverse(members);
    if (scale !== undefined) {
      for (let i = 0; i < count; i++) {
        const sum = Math.fround(joined[begin + i]! + arrived[i]!);
        joined[begin + i] = sum * scale;
        zero += 0 * sum;
      }
    } else {
      for (let i = 0; i < count; i++) {
        const sum = Math.fround(joined[begin + i]! + arrived[i]!);
        joined[begin + i] = sum / members;
        zero += 0 * sum;
      }
    }
    return zero === 0;
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

/** 1 / n where multiplying by it gives the bits of dividing by n, in a third of the time: for powers of two. */
function exactInverse(n: number): number | undefined {
  return Number.isInteger(Math.log2(n)) ? 1 / n : undefined;
}
