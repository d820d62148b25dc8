import { Split, StreamBatchesRequest } from '@taskweave/contracts';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { encodeBatch, type Batch } from './batch-stream.js';
import { serverStream } from './handlers.js';
import { readBatches } from './read-batches.js';
import { consume } from './testing/consume.js';
import { deferred } from './testing/deferred.js';
import { startTestServices } from './testing/start-test-services.js';

const spec = {
  data: { set: 'multi-mnist', batchSize: 4, options: { shift: 2 } },
  tasks: [{ id: 'left', lossWeight: 1 }, { id: 'right' }],
  seed: 7,
};

/** Answers with one batch per request, whose index is the number of the request. */
async function withDataLoader(
  use: (connection: Parameters<typeof readBatches>[0]) => Promise<void>,
): Promise<StreamBatchesRequest[]> {
  const requests: StreamBatchesRequest[] = [];
  const services = await startTestServices({
    streamBatches: serverStream(async function* (request) {
      requests.push(request);
      yield* encodeBatch({ index: requests.length, epoch: 0, examples: 4, batchExamples: 4, tensors: [] });
    }),
  });
  try {
    await use(services.data);
  } finally {
    await services.stop();
  }
  return requests;
}

it('asks for the batches of a spec and gives them whole', async () => {
  const received: Batch[] = [];
  const requests = await withDataLoader(async (connection) => {
    received.push(...(await consume(readBatches(connection, spec, { split: Split.TEST }))));
    const range = { split: Split.WEIGHTS, firstBatch: 30, count: 12 };
    received.push(...(await consume(readBatches(connection, spec, range))));
  });
  expect(received.map(({ index }) => index)).toEqual([1, 2]);
  const common = { tasks: ['left', 'right'], seed: 7, batchSize: 4, shardIndex: 0, shardCount: 1 };
  expect(requests).toMatchObject([
    { ...common, split: Split.TEST, firstBatch: 0, count: 0 },
    { ...common, split: Split.WEIGHTS, firstBatch: 30, count: 12 },
  ]);
  for (const { specJson } of requests) expect(JSON.parse(specJson)).toEqual(spec.data);
});

it('asks for nothing before the iteration starts', async () => {
  const requests = await withDataLoader(async (connection) => {
    readBatches(connection, spec, { split: Split.TEST });
  });
  expect(requests).toEqual([]);
});

it('receives the next batch before it is asked for, and can be left while that is still coming', async () => {
  const { promise: asked, resolve: ask } = deferred();
  const { promise: closed, resolve: close } = deferred();
  const services = await startTestServices({
    streamBatches: serverStream(async function* (_request, { signal }) {
      try {
        yield* encodeBatch({ index: 0, epoch: 0, examples: 4, batchExamples: 4, tensors: [] });
        ask();
        await once(signal, 'abort');
      } finally {
        close();
      }
    }),
  });
  try {
    const batches = readBatches(services.data, spec, { split: Split.WEIGHTS });
    expect((await batches.next()).value).toMatchObject({ index: 0 });
    await asked;
    await batches.return();
    await closed;
  } finally {
    await services.stop();
  }
});
