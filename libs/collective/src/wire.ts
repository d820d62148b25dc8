/** Chunks are written into their message by hand: one copy instead of three, and none when they are read. */
import { makeGenericClientConstructor, type Client, type ServiceDefinition } from '@grpc/grpc-js';
import { CollectiveServiceService, PassRequest } from '@taskweave/contracts';
import type { ClientConstructor } from '@taskweave/service-kit';

/** Tag bytes: field number << 3 | 2 for what has a length, | 0 for a varint. */
const CHUNK = (2 << 3) | 2;
const STEP = 1 << 3;
const BEGIN = 2 << 3;
const DATA = (3 << 3) | 2;

/** Bytes of a chunk's message before its data; with the 5 of gRPC's frame a multiple of 4. */
export const CHUNK_HEADER_BYTES = 19;

/**
 * Writes a varint of a fixed number of bytes, most of which say "more follows" and nothing else: every reader accepts
 * that, and the data comes to lie where float32 can be read from it.
 */
function writeVarint(into: Buffer, at: number, value: number, bytes: number): number {
  let rest = value;
  for (let i = 0; i < bytes; i++) {
    into[at + i] = (rest % 128) | (i < bytes - 1 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
  return at + bytes;
}

/** A message, and memory that its bytes may be written to instead of new memory. */
export interface OutgoingPassRequest extends PassRequest {
  /** Free for the next message when this one is on its way: one for each call. */
  readonly scratch?: Buffer;
}

/** The message's bytes, as any reader of the contract understands them. */
export function encodePassRequest({ message, scratch }: OutgoingPassRequest): Buffer {
  if (message?.$case !== 'chunk') return Buffer.from(PassRequest.encode({ message }).finish());
  const { step, begin, data } = message.value;
  const length = CHUNK_HEADER_BYTES + data.length;
  const bytes = scratch !== undefined && scratch.length >= length ? scratch : Buffer.allocUnsafe(length);
  bytes[0] = CHUNK;
  let at = writeVarint(bytes, 1, length - 5, 4);
  bytes[at] = STEP;
  at = writeVarint(bytes, at + 1, step, 2);
  bytes[at] = BEGIN;
  at = writeVarint(bytes, at + 1, begin, 5);
  bytes[at] = DATA;
  at = writeVarint(bytes, at + 1, data.length, 4);
  bytes.set(data, at);
  return bytes.subarray(0, length);
}

/** The contract, with the quick way to write chunks. */
export const collectiveDefinition = {
  ...CollectiveServiceService,
  pass: { ...CollectiveServiceService.pass, requestSerialize: encodePassRequest },
} as const;

/** A client of {@link collectiveDefinition}. */
export const CollectiveClient = makeGenericClientConstructor(
  collectiveDefinition as unknown as ServiceDefinition,
  'taskweave.v1.CollectiveService',
) as unknown as ClientConstructor<typeof collectiveDefinition> & { new (...args: never[]): Client };
