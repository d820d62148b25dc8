import { DataServiceClient, Split, type DataServiceService } from '@taskweave/contracts';
import { connect, readBatches, type Batch, type Connection } from '@taskweave/service-kit';

export type DataConnection = Connection<DataServiceService>;

export function connectToData(address: string): DataConnection {
  return connect(DataServiceClient, address, { name: 'batch-sender' });
}

/** The first `count` batches, read as a trainer reads them. */
export function readStream(connection: DataConnection, count: number): AsyncGenerator<Batch, void, void> {
  const spec = { data: { batchSize: 1 }, tasks: [], seed: 1 };
  return readBatches(connection, spec, { split: Split.WEIGHTS, count }, { recycle: true });
}
