/** Chunks are written into the message by hand: one copy instead of the three that generated code makes. */
import { makeGenericClientConstructor, type Client, type ServiceDefinition } from '@grpc/grpc-js';
import { CollectiveServiceService, PassRequest } from '@taskweave/contracts';
import type { ClientConstructor } from '@taskweave/service-kit';

/** Tag bytes: field number << 3 | 2 for what has a length, | 0 for a varint. */
const CHUNK = (2 << 3) | 2;
const STEP = 1 << 3;
const BEGIN = 2 << 3;
const DATA = (3 << 3) | 2;

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function writeVarint(into: Buffer, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) into[next++] = (rest % 128) | 128;
  into[next++] = rest;
  return next;
}

/** The same bytes that the generated `PassRequest.encode` makes, but for fields of value 0, which are written out. */
export function encodePassRequest(request: PassRequest): Buffer {
  const { message } = request;
  if (message?.$case !== 'chunk') return Buffer.from(PassRequest.encode(request).finish());
  const { step, begin, data } = message.value;
  const inner = 3 + varintBytes(step) + varintBytes(begin) + varintBytes(data.length) + data.length;
  const bytes = Buffer.allocUnsafe(1 + varintBytes(inner) + inner);
  bytes[0] = CHUNK;
  let at = writeVarint(bytes, 1, inner);
  bytes[at] = STEP;
  at = writeVarint(bytes, at + 1, step);
  bytes[at] = BEGIN;
  at = writeVarint(bytes, at + 1, begin);
  bytes[at] = DATA;
  at = writeVarint(bytes, at + 1, data.length);
  bytes.set(data, at);
  return bytes;
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
