/**
 * The bytes of messages that carry a piece of a tensor. The contracts write all of them alike: a message with the field
 * 2, a chunk, which has two whole numbers - what it is a piece of, and from where - and its data as fields 1, 2 and 3.
 */

import { countBuffers } from './young-garbage.js';

/** A chunk without its data. */
export interface ChunkHead {
  /** Field 1: the tensor's number, or the step. */
  readonly part: number;
  /** Field 2: the place of the first byte, or element. */
  readonly offset: number;
}

/** Room for the tags, numbers and lengths of a chunk's message. */
export const CHUNK_HEAD_BYTES = 32;

// Field numbers and wire types as protobuf writes them before a field.
const CHUNK = (2 << 3) | 2;
const PART = 1 << 3;
const OFFSET = 2 << 3;
const DATA = (3 << 3) | 2;

let scratch = Buffer.alloc(0);

/**
 * What generated code gives for a message with a chunk, with one copy of the data where that makes four, into memory
 * that the next call uses again: gRPC copies the result into its own frame before it returns to the caller.
 */
export function encodeChunk({ part, offset }: ChunkHead, data: Uint8Array): Buffer {
  if (scratch.length < CHUNK_HEAD_BYTES + data.length) {
    scratch = Buffer.allocUnsafeSlow(CHUNK_HEAD_BYTES + data.length);
  }
  // gRPC's frame.
  countBuffers(data.length);
  const numberBytes = (value: number): number => (value === 0 ? 0 : 1 + varintBytes(value));
  const body = numberBytes(part) + numberBytes(offset) + numberBytes(data.length) + data.length;
  let at = writeVarint(writeVarint(0, CHUNK), body);
  if (part !== 0) at = writeVarint(writeVarint(at, PART), part);
  if (offset !== 0) at = writeVarint(writeVarint(at, OFFSET), offset);
  if (data.length === 0) return scratch.subarray(0, at);
  at = writeVarint(writeVarint(at, DATA), data.length);
  scratch.set(data, at);
  return scratch.subarray(0, at + data.length);
}

/**
 * Reads what comes before a chunk's data, when the data is the last thing in the message, as {@link encodeChunk} and
 * generated code write it.
 *
 * @param head the message's first bytes, {@link CHUNK_HEAD_BYTES} or all
 * @param length bytes of the whole message
 * @returns also where the data begins; undefined for any other message, or one that is written otherwise
 */
export function readChunkHead(
  head: Uint8Array,
  length: number,
): (ChunkHead & { readonly dataAt: number }) | undefined {
  const reader = new VarintReader(head);
  if (reader.next() !== CHUNK || reader.next() !== length - reader.at) return undefined;
  let tag = reader.next();
  let part = 0;
  let offset = 0;
  if (tag === PART) {
    part = reader.next();
    tag = reader.next();
  }
  if (tag === OFFSET) {
    offset = reader.next();
    tag = reader.next();
  }
  if (tag !== DATA || reader.next() !== length - reader.at) return undefined;
  return { part, offset, dataAt: reader.at };
}

/** Unsigned 32-bit numbers one after the other; NaN for whatever is none. */
class VarintReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) return NaN;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value < 2 ** 32 ? value : NaN;
    }
    return NaN;
  }
}

/** @param value an unsigned 32-bit integer, as below */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

/** Writes a number and returns the place after it. */
function writeVarint(at: number, value: number): number {
  let rest = value;
  while (rest > 0x7f) {
    scratch[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[at++] = rest;
  return at;
}
