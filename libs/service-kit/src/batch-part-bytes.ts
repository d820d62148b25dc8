/** The bytes of `DataService.StreamBatches` messages, for the server. */
import { DataServiceService, StreamBatchesResponse } from '@taskweave/contracts';
import { encodeChunk } from './chunk-bytes.js';

/** What `StreamBatchesResponse.encode` gives, quickly for chunks. */
export function encodeBatchPart(message: StreamBatchesResponse): Buffer {
  if (message.part?.$case !== 'chunk') return Buffer.from(StreamBatchesResponse.encode(message).finish());
  const { tensor, offset, data } = message.part.value;
  return encodeChunk({ part: tensor, offset }, data);
}

/** `DataService` for a server that streams large tensors. */
export const StreamingDataService = {
  ...DataServiceService,
  streamBatches: { ...DataServiceService.streamBatches, responseSerialize: encodeBatchPart },
} as const satisfies DataServiceService;
