import { TaskweaveError } from '@taskweave/common';
import {
  DataServiceClient,
  Split,
  StreamBatchesRequest,
  type DataServiceService,
} from '@taskweave/contracts';
import { batchIndices, findDataSet, type DataSet } from '@taskweave/datasets';
import { HEIGHT, WIDTH, newFolder, writeNyuv2 } from '@taskweave/datasets/testing';
import {
  STORAGE_VARIABLE,
  callUnary,
  checkHealth,
  connect,
  launchProcess,
  receiveBatches,
  type Batch,
  type Connection,
  type RunningService,
} from '@taskweave/service-kit';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from './index.js';

const options = { shift: 8, trainLimit: 100, validationLimit: 30, testLimit: 25 };
const data = { set: 'multi-mnist', batchSize: 16, trainSplit: 0.5, mixed: true, options };
const tasks = ['left', 'right'];

function request(fields: Partial<StreamBatchesRequest> = {}): StreamBatchesRequest {
  return StreamBatchesRequest.fromPartial({
    specJson: JSON.stringify(data),
    tasks,
    seed: 5,
    split: Split.WEIGHTS,
    batchSize: 16,
    count: 3,
    ...fields,
  });
}

type Data = Connection<typeof DataServiceService>;

/** Batches without their traces, which differ each time. */
async function collect(
  connection: Data,
  fields: Partial<StreamBatchesRequest>,
  most = Infinity,
): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of receiveBatches(connection, request(fields))) {
    delete batch.traceparent;
    batches.push(batch);
    if (batches.length === most) break;
  }
  return batches;
}

async function failure(promise: Promise<unknown>): Promise<TaskweaveError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TaskweaveError);
  return thrown as TaskweaveError;
}

describe('data-loader', () => {
  let running: RunningService;
  let connection: Data;
  let dataSet: DataSet;
  beforeAll(async () => {
    running = await service.start({});
    connection = connect(DataServiceClient, running.address, { name: 'data-loader' });
    dataSet = await findDataSet('multi-mnist').open(options);
  });
  afterAll(async () => {
    connection.close();
    await running.stop();
  });

  it('describes a data set', async () => {
    expect(
      await callUnary(connection, 'describe', { dataJson: JSON.stringify(data), tasks: ['right'] }),
    ).toEqual({
      imageShape: [36, 36, 1],
      tasks: [{ id: 'right', kind: 'classification', outputs: 10, classes: [] }],
      splits: [
        { split: Split.WEIGHTS, examples: 50, batchesPerEpoch: 4 },
        { split: Split.ARCHITECTURE, examples: 50, batchesPerEpoch: 4 },
        { split: Split.VALIDATION, examples: 30, batchesPerEpoch: 2 },
        { split: Split.TEST, examples: 25, batchesPerEpoch: 2 },
      ],
    });
  });

  it.each([
    ['weights', 'train', Split.WEIGHTS],
    ['architecture', 'train', Split.ARCHITECTURE],
    ['validation', 'validation', Split.VALIDATION],
    ['test', 'test', Split.TEST],
  ] as const)('streams the batches of %s that direct computation gives', async (split, part, wire) => {
    const batches = await collect(connection, { split: wire, count: 6 });
    expect(batches.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const order = { seed: 5, split, size: dataSet.sizes[part], batchSize: 16, trainSplit: 0.5, mixed: true };
    for (const { index, epoch, examples, tensors } of batches) {
      const expected = await batchIndices(order, index);
      expect({ epoch, examples }).toEqual({ epoch: expected.epoch, examples: expected.indices.length });
      expect(tensors).toEqual(await dataSet.read(part, expected.indices, tasks));
    }
  });

  it('augments training batches by their number, whatever the shards, and no others', async () => {
    const root = await newFolder();
    try {
      await writeNyuv2(root, { training: 11, testing: 3 });
      const own = { root, outputSize: [7, 5], workers: 2 };
      const files = await findDataSet('nyuv2').open(own);
      const specJson = JSON.stringify({ ...data, set: 'nyuv2', batchSize: 6, options: own });
      const fields = { specJson, tasks: ['normals', 'segmentation'], batchSize: 6, count: 4 };
      const order = { seed: 5, size: 10, batchSize: 6, trainSplit: 0.5, mixed: true };
      for (const split of ['weights', 'architecture'] as const) {
        const wire = split === 'weights' ? Split.WEIGHTS : Split.ARCHITECTURE;
        const shard = { index: 1, count: 3 };
        const batches = await collect(connection, { ...fields, split: wire, shardIndex: 1, shardCount: 3 });
        for (const { index, tensors } of batches) {
          const { indices } = await batchIndices({ ...order, split }, index, shard);
          const draw = { seed: 5, step: index };
          expect(tensors).toEqual(await files.read('train', indices, fields.tasks, draw));
          expect(tensors[0]!.shape.slice(1)).toEqual([7, 5, 3]);
        }
      }
      const [test] = await collect(connection, { ...fields, split: Split.TEST, count: 1 });
      expect(test!.tensors).toEqual(await files.read('test', Uint32Array.of(0, 1, 2), fields.tasks));
      expect(test!.tensors[0]!.shape).toEqual([3, HEIGHT, WIDTH, 3]);
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('passes on which file of a batch cannot be read', async () => {
    const root = await newFolder();
    try {
      await writeNyuv2(root);
      await rm(join(root, 'nyu_train_val/testing/seg/1.png'));
      const specJson = JSON.stringify({ ...data, set: 'nyuv2', options: { root } });
      const fields = { specJson, tasks: ['segmentation'], split: Split.TEST };
      expect((await failure(collect(connection, fields))).toDetails()).toMatchObject({
        code: 'FILE_MISSING',
        subject: 'list/testing_seg.txt, line 2: nyu_train_val/testing/seg/1.png',
      });
    } finally {
      await rm(root, { recursive: true });
    }
  });

  it('gives the same bytes when a stream is opened in the middle', async () => {
    const whole = await collect(connection, { count: 8 });
    expect(await collect(connection, { firstBatch: 5, count: 3 })).toEqual(whole.slice(5));
    expect(await collect(connection, { firstBatch: 5, count: 3, seed: 6 })).not.toEqual(whole.slice(5));
  });

  it('streams one pass of test and validation unless told how much', async () => {
    const sizes = async (fields: Partial<StreamBatchesRequest>) =>
      (await collect(connection, { count: 0, ...fields })).map(({ examples }) => examples);
    expect(await sizes({ split: Split.TEST })).toEqual([16, 9]);
    expect(await sizes({ split: Split.VALIDATION, batchSize: 7 })).toEqual([7, 7, 7, 7, 2]);
    expect(await sizes({ split: Split.VALIDATION, batchSize: 7, shardIndex: 0, shardCount: 2 })).toEqual([
      4, 4, 4, 4, 1,
    ]);
    expect(await sizes({ split: Split.VALIDATION, batchSize: 7, shardIndex: 1, shardCount: 2 })).toEqual([
      3, 3, 3, 3, 1,
    ]);
    expect(await sizes({ split: Split.TEST, firstBatch: 2 })).toEqual([]);
  });

  it('streams weights without end, and stops when the reader leaves', async () => {
    const batches = await collect(connection, { count: 0 }, 40);
    expect(batches.at(-1)).toMatchObject({ index: 39, epoch: 9 });
    expect(await checkHealth(running.address, { service: 'taskweave.v1.DataService' })).toBe('SERVING');
  });

  it('divides batches among shards, the last of which may have nothing', async () => {
    const fields = { count: 1, split: Split.TEST, firstBatch: 1 };
    const [whole] = await collect(connection, fields);
    const shards = await Promise.all(
      Array.from({ length: 10 }, (_, shardIndex) =>
        collect(connection, { ...fields, shardIndex, shardCount: 10 }),
      ),
    );
    const parts = shards.map(([part]) => part!);
    expect(parts.map(({ examples }) => examples)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    for (const { batchExamples } of parts) expect(batchExamples).toBe(9);
    expect(parts[9]!.tensors).toEqual([]);
    const images = parts.slice(0, 9).map(({ tensors }) => [...tensors[0]!.data]);
    expect(images.flat()).toEqual([...whole!.tensors[0]!.data]);
  });

  it.each<[string, Partial<StreamBatchesRequest>, Partial<TaskweaveError>]>([
    ['an unknown data set', { specJson: '{"set": "mnist"}' }, { subject: 'data.set', found: 'mnist' }],
    ['an unknown task', { tasks: ['middle'] }, { subject: 'tasks', found: 'middle' }],
    ['options of another data set', { specJson: '{"options": {"depth": 1}}' }, { subject: 'data.options' }],
    ['text that is not JSON', { specJson: 'set' }, { subject: 'data' }],
    ['a bad data section', { specJson: '{"trainSplit": 2}' }, { subject: 'data.trainSplit' }],
    ['no split', { split: Split.UNSPECIFIED }, { subject: 'split' }],
    ['empty batches', { batchSize: 0 }, { subject: 'batch_size', found: '0' }],
    [
      'a shard beyond the last',
      { shardIndex: 2, shardCount: 2 },
      { subject: 'shard_index', expected: 'below 2' },
    ],
    ['a half without examples', { specJson: '{"trainSplit": 0.00001}' }, { subject: 'data.trainSplit' }],
  ])('refuses %s', async (_, fields, expected) => {
    const error = await failure(collect(connection, fields));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', ...expected });
  });

  it('refuses data outside of the folders that it may use', async () => {
    const root = await newFolder();
    process.env[STORAGE_VARIABLE] = join(root, 'mine');
    const limited = await service.start({});
    delete process.env[STORAGE_VARIABLE];
    const other: Data = connect(DataServiceClient, limited.address, { name: 'data-loader' });
    const outside = JSON.stringify({ set: 'nyuv2', options: { root } });
    expect(await failure(collect(other, { specJson: outside }))).toMatchObject({
      code: 'PATH_REFUSED',
      subject: 'data.options.root',
      found: root,
    });
    const within = JSON.stringify({ set: 'nyuv2', options: { root: join(root, 'mine') } });
    expect(await failure(collect(other, { specJson: within }))).toMatchObject({ code: 'FILE_MISSING' });
    other.close();
    await limited.stop();
    await rm(root, { recursive: true });
  });

  it('refuses to describe a task that the data set does not have', async () => {
    const error = await failure(callUnary(connection, 'describe', { dataJson: '{}', tasks: ['middle'] }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', found: 'middle', expected: 'left, right' });
  });

  it('gives the same bytes from a process of its own', async () => {
    const child = await launchProcess('@taskweave/data-loader');
    const other: Data = connect(DataServiceClient, child.address, { name: 'data-loader' });
    try {
      expect(await collect(other, { count: 2 })).toEqual(await collect(connection, { count: 2 }));
    } finally {
      other.close();
      await child.stop();
    }
  });
});
