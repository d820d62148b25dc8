import {
  StreamingDataService,
  encodeBatch,
  serverStream,
  startServer,
  unary,
  type Batch,
  type ServiceModule,
} from '@taskweave/service-kit';

/** Height and width of images, and examples in a batch, of the published search on NYU v2. */
const SIZE = 321;
const EXAMPLES = 3;

/** A batch of images with labels of two dense tasks; its numbers do not matter. */
function sampleBatch(): Batch {
  const pixels = EXAMPLES * SIZE * SIZE;
  const tensors: Batch['tensors'] = [
    {
      name: 'image',
      dtype: 'float32',
      shape: [EXAMPLES, SIZE, SIZE, 3],
      data: new Float32Array(3 * pixels).fill(0.5),
    },
    {
      name: 'segmentation/labels',
      dtype: 'int32',
      shape: [EXAMPLES, SIZE, SIZE],
      data: new Int32Array(pixels).fill(7),
    },
    {
      name: 'normals/vectors',
      dtype: 'float32',
      shape: [EXAMPLES, SIZE, SIZE, 3],
      data: new Float32Array(3 * pixels).fill(0.25),
    },
  ];
  return { index: 0, epoch: 0, examples: EXAMPLES, batchExamples: EXAMPLES, tensors };
}

/** Bytes of tensors in one batch of {@link batchSender}. */
export const BATCH_BYTES = sampleBatch().tensors.reduce((sum, { data }) => sum + data.byteLength, 0);

/** A data loader without a data set: it sends the same batch again and again, so that only the wire takes time. */
export const batchSender: ServiceModule = {
  name: 'batch-sender',
  async start(options) {
    const batch = sampleBatch();
    const implementation = {
      describe: unary(() => ({ splits: [], imageShape: [SIZE, SIZE, 3], tasks: [] })),
      streamBatches: serverStream(async function* ({
        firstBatch,
        count,
      }: {
        firstBatch: number;
        count: number;
      }) {
        for (let index = firstBatch; index < firstBatch + count; index++)
          yield* encodeBatch({ ...batch, index });
      }),
    };
    const server = await startServer({
      name: 'batch-sender',
      services: [{ definition: StreamingDataService, implementation }],
      ...options,
    });
    return { name: 'batch-sender', address: server.address, stop: () => server.stop() };
  },
};
