/** Chunks are written by hand: generated code would copy each three times. */
import { CollectiveServiceService, DrawResponse } from '@taskweave/contracts';
import { encodeChunk } from '@taskweave/service-kit';

/** What `DrawResponse.encode` gives, quickly for chunks. */
export function encodeDrawResponse({ message }: DrawResponse): Buffer {
  if (message?.$case !== 'chunk') return Buffer.from(DrawResponse.encode({ message }).finish());
  const { step, begin, data } = message.value;
  return encodeChunk({ part: step, offset: begin }, data);
}

/** The contract, with the quick way to write chunks. */
export const collectiveDefinition = {
  ...CollectiveServiceService,
  draw: { ...CollectiveServiceService.draw, responseSerialize: encodeDrawResponse },
} as const;
