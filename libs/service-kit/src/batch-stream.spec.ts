import { TYPED_ARRAYS, tensorBytes, type NamedTensor } from '@taskweave/common';
import { DType, StreamBatchesRequest, StreamBatchesResponse, type TensorInfo } from '@taskweave/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, assembleBatches, encodeBatch, type Batch } from './batch-stream.js';
import { callServerStream } from './client.js';
import { serverStream } from './handlers.js';
import { consume } from './testing/consume.js';
import { startTestServices, type TestServices } from './testing/start-test-services.js';

const tensor: fc.Arbitrary<NamedTensor> = fc
  .record({
    name: fc.string({ unit: 'binary' }),
    dtype: fc.constantFrom('float32', 'float64', 'int32', 'uint8'),
    // Mostly small, sometimes of several chunks, sometimes empty.
    shape: fc.oneof(
      { weight: 8, arbitrary: fc.array(fc.nat(7), { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom<number[]>([CHUNK_BYTES], [3, CHUNK_BYTES / 2 + 1]) },
    ),
    seed: fc.nat(255),
  })
  .map(({ name, dtype, shape, seed }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const data = new TYPED_ARRAYS[dtype](size);
    const bytes = new Uint8Array(data.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = i * 31 + seed;
    return { name, dtype, shape, data };
  });

const batch: fc.Arbitrary<Batch> = fc.record({
  index: fc.nat(2 ** 32 - 1),
  epoch: fc.nat(2 ** 32 - 1),
  examples: fc.nat(1_000),
  batchExamples: fc.nat(1_000),
  tensors: fc.array(tensor, { maxLength: 4 }),
});

/** A batch with its numbers as bytes, since NaN differs from itself and a comparison by bits is wanted. */
const plain = (one: Batch) => ({
  ...one,
  tensors: one.tensors.map((t) => ({ ...t, data: Buffer.from(tensorBytes(t)).toString('base64') })),
});

describe('over gRPC', () => {
  let batches: Batch[];
  let services: TestServices;
  beforeAll(async () => {
    services = await startTestServices({
      streamBatches: serverStream(async function* () {
        for (const one of batches) yield* encodeBatch(one);
      }),
    });
  });
  afterAll(() => services.stop());

  it('gives every batch back, bit by bit, in arrays of the right class', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 3 }), async (sent) => {
        batches = sent;
        const stream = callServerStream(services.data, 'streamBatches', StreamBatchesRequest.fromPartial({}));
        const received = await consume(assembleBatches(stream));
        expect(received.map(plain)).toEqual(sent.map(plain));
        for (const { dtype, data } of received.flatMap((one) => one.tensors)) {
          expect(data).toBeInstanceOf(TYPED_ARRAYS[dtype]);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('assembleBatches refuses', () => {
  type Message = Parameters<typeof StreamBatchesResponse.fromPartial>[0];
  const info = (shape: number[], dtype: DType = DType.UINT8): TensorInfo => ({ name: 'image', dtype, shape });
  const header = (...tensors: TensorInfo[]): Message => ({ part: { $case: 'header', value: { tensors } } });
  const chunk = (index: number, offset: number, size: number): Message => ({
    part: { $case: 'chunk', value: { tensor: index, offset, data: new Uint8Array(size) } },
  });

  it.each<[string, Message[]]>([
    ['a chunk without a header', [chunk(0, 0, 1)]],
    ['a header within a batch', [header(info([2])), header(info([2]))]],
    ['an end within a batch', [header(info([2])), chunk(0, 0, 1)]],
    ['a chunk beyond the tensor', [header(info([2])), chunk(0, 0, 3)]],
    ['a gap', [header(info([4])), chunk(0, 0, 1), chunk(0, 2, 2)]],
    ['a repeated chunk', [header(info([4])), chunk(0, 0, 2), chunk(0, 0, 2)]],
    ['another tensor out of turn', [header(info([2]), info([2])), chunk(1, 0, 2)]],
    ['an empty chunk', [header(info([2])), chunk(0, 0, 0)]],
    ['an unknown dtype', [header(info([2], DType.UNSPECIFIED))]],
    ['a batch of absurd size', [header(info([2 ** 31, 2 ** 31]))]],
    ['a message of neither kind', [{}]],
  ])('%s', async (_name, messages) => {
    const stream = async function* () {
      for (const message of messages) yield StreamBatchesResponse.fromPartial(message);
    };
    await expect(consume(assembleBatches(stream()))).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
