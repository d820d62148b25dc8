/** The bytes of `DataService.StreamBatches` messages, for the server. */
import { DataServiceService, StreamBatchesResponse, type TensorChunk } from '@taskweave/contracts';

/** Room for the tags, numbers and lengths of a chunk's message. */
const HEAD_BYTES = 32;

// Field numbers and wire types as protobuf writes them before a field.
const CHUNK = (2 << 3) | 2;
const TENSOR = 1 << 3;
const OFFSET = 2 << 3;
const DATA = (3 << 3) | 2;

let scratch = Buffer.alloc(0);

/**
 * What `StreamBatchesResponse.encode` gives, with one copy of a chunk's data where generated code makes four, into
 * memory that the next call uses again: gRPC copies the result into its own frame before it returns to the caller.
 * The garbage of those copies was half of the time of a stream.
 */
export function encodeBatchPart(message: StreamBatchesResponse): Buffer {
  if (message.part?.$case !== 'chunk') return Buffer.from(StreamBatchesResponse.encode(message).finish());
  const chunk = message.part.value;
  if (scratch.length < HEAD_BYTES + chunk.data.length) {
    scratch = Buffer.allocUnsafeSlow(HEAD_BYTES + chunk.data.length);
  }
  const body = bodyBytes(chunk);
  let at = writeVarint(writeVarint(0, CHUNK), body);
  if (chunk.tensor !== 0) at = writeVarint(writeVarint(at, TENSOR), chunk.tensor);
  if (chunk.offset !== 0) at = writeVarint(writeVarint(at, OFFSET), chunk.offset);
  if (chunk.data.length === 0) return scratch.subarray(0, at);
  at = writeVarint(writeVarint(at, DATA), chunk.data.length);
  scratch.set(chunk.data, at);
  return scratch.subarray(0, at + chunk.data.length);
}

/** `DataService` for a server that streams large tensors. */
export const StreamingDataService = {
  ...DataServiceService,
  streamBatches: { ...DataServiceService.streamBatches, responseSerialize: encodeBatchPart },
} as const satisfies DataServiceService;

function bodyBytes({ tensor, offset, data }: TensorChunk): number {
  const field = (value: number): number => (value === 0 ? 0 : 1 + varintBytes(value));
  return field(tensor) + field(offset) + field(data.length) + data.length;
}

/** @param value an unsigned 32-bit integer, as all below */
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
