import {
  DataServiceClient,
  Split,
  StreamBatchesRequest,
  type DataServiceService,
} from '@taskweave/contracts';
import { callServerStream, connect, readBatches, type Batch, type Connection } from '@taskweave/service-kit';

export type DataConnection = Connection<DataServiceService>;

export function connectToData(address: string): DataConnection {
  return connect(DataServiceClient, address, { name: 'batch-sender' });
}

/** The first `count` batches, read as a trainer reads them. */
export function readStream(connection: DataConnection, count: number): AsyncGenerator<Batch, void, void> {
  const spec = { data: { batchSize: 1 }, tasks: [], seed: 1 };
  return readBatches(connection, spec, { split: Split.WEIGHTS, count }, { recycle: true });
}

/** The same batches through gRPC's own client, message by message; nobody puts them together. */
export async function readMessages(connection: DataConnection, count: number): Promise<void> {
  const request = StreamBatchesRequest.fromPartial({ count });
  for await (const message of callServerStream(connection, 'streamBatches', request)) void message;
}
