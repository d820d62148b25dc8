import { TYPED_ARRAYS, tensorBytes, type NamedTensor } from '@taskweave/common';
import { StreamBatchesRequest } from '@taskweave/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, encodeBatch, type Batch } from './batch-stream.js';
import { serverStream } from './handlers.js';
import { receiveBatches } from './read-batches.js';
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
        const request = StreamBatchesRequest.fromPartial({});
        const received = await consume(receiveBatches(services.data, request));
        expect(received.map(plain)).toEqual(sent.map(plain));
        // Each in time to be used, whatever is written to its memory later.
        const recycled: object[] = [];
        for await (const one of receiveBatches(services.data, request, { recycle: true })) {
          recycled.push(plain(one));
        }
        expect(recycled).toEqual(sent.map(plain));
        for (const { dtype, data } of received.flatMap((one) => one.tensors)) {
          expect(data).toBeInstanceOf(TYPED_ARRAYS[dtype]);
        }
      }),
      { numRuns: 50 },
    );
  });
});
