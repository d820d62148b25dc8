import { type DataServiceServer, type DescribeRequest, type DescribeResponse } from '@taskweave/contracts';
import { batchesPerEpoch, noSuchTask, type Split } from '@taskweave/datasets';
import {
  AllowedFolders,
  StreamingDataService,
  encodeBatch,
  prefetch,
  serverStream,
  startServer,
  unary,
  type ServiceModule,
} from '@taskweave/service-kit';
import { SPLITS, parseBatchRequest, parseData, partOf } from './batch-request.js';
import { batchesOf, orderOf } from './batch-source.js';
import { OpenedDataSets } from './opened-data-sets.js';

/** Batches composed before the reader asks: enough to bridge one slow moment, small enough to throw away. */
const BATCHES_AHEAD = 3;

/** The data loader: batches of every data set, streamed in an order that depends on the request alone. */
export const service: ServiceModule = {
  name: 'data-loader',
  async start(options) {
    const folders = AllowedFolders.fromEnvironment(options.address);
    const server = await startServer({
      name: 'data-loader',
      services: [
        { definition: StreamingDataService, implementation: implement(new OpenedDataSets(folders)) },
      ],
      ...options,
    });
    return { name: 'data-loader', address: server.address, stop: () => server.stop() };
  },
};

function implement(opened: OpenedDataSets): DataServiceServer {
  return {
    describe: unary((request) => describe(request, opened)),
    streamBatches: serverStream(async function* (wire) {
      const request = parseBatchRequest(wire);
      const dataSet = await opened.open(request.data.set, request.data.options);
      for await (const batch of prefetch(batchesOf(dataSet, request), BATCHES_AHEAD))
        yield* encodeBatch(batch);
    }),
  };
}

async function describe(
  { dataJson, tasks }: DescribeRequest,
  opened: OpenedDataSets,
): Promise<DescribeResponse> {
  const data = parseData(dataJson);
  const dataSet = await opened.open(data.set, data.options);
  const taskInfos = tasks.map((id) => {
    const task = dataSet.tasks.find((one) => one.id === id);
    if (task === undefined) throw noSuchTask(data.set, id, dataSet.tasks);
    return { id, kind: task.kind, outputs: task.outputs, classes: [...(task.classes ?? [])] };
  });
  const splits = (Object.keys(SPLITS) as Split[]).map((split) => {
    // The seed decides which examples a batch holds, not how many there are.
    const order = orderOf(dataSet, { data, split, batchSize: data.batchSize, seed: 0 });
    return {
      split: SPLITS[split],
      examples: examplesIn(split, dataSet.sizes[partOf(split)], data.trainSplit),
      batchesPerEpoch: batchesPerEpoch(order),
    };
  });
  return { splits, imageShape: [...dataSet.imageShape], tasks: taskInfos };
}

function examplesIn(split: Split, size: number, trainSplit: number): number {
  const weights = Math.floor(trainSplit * size);
  if (split === 'weights') return weights;
  return split === 'architecture' ? size - weights : size;
}
