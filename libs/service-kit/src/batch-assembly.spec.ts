import { DType, StreamBatchesResponse, type TensorInfo } from '@taskweave/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchAssembly } from './batch-assembly.js';
import { encodeBatchPart } from './batch-part-bytes.js';
import { encodeBatch, type Batch } from './batch-stream.js';
import { MessageFrames } from './message-frames.js';
import { TensorMemory } from './tensor-memory.js';

/** A message as gRPC frames it. */
function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The same message with a field in front that nobody knows, which every reader has to skip. */
function otherwise(message: StreamBatchesResponse): Buffer {
  return Buffer.concat([Buffer.from([15 << 3, 1]), StreamBatchesResponse.encode(message).finish()]);
}

/** The batches of a stream that arrives in pieces of `size` bytes. */
function assemble(bytes: Buffer, size: number): Batch[] {
  const batches: Batch[] = [];
  const assembly = new BatchAssembly(new TensorMemory(), (batch) => batches.push(batch));
  const frames = new MessageFrames(assembly);
  for (let at = 0; at < bytes.length; at += size) frames.write(bytes.subarray(at, at + size));
  expect(frames.betweenMessages).toBe(true);
  assembly.end();
  return batches;
}

describe('a batch assembly', () => {
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
  ])('refuses %s, however it is written and cut', (_name, messages) => {
    for (const encode of [encodeBatchPart, otherwise]) {
      for (const size of [1, 7, 1_000]) {
        const bytes = Buffer.concat(
          messages.map((message) => framed(encode(StreamBatchesResponse.fromPartial(message)))),
        );
        expect(() => assemble(bytes, size)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
      }
    }
  });

  it('puts the same batch together, however it is written and cut', () => {
    const data = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i));
    const tensors: Batch['tensors'] = [
      { name: 'x', dtype: 'float32', shape: [3, 100], data },
      { name: 'none', dtype: 'uint8', shape: [0], data: new Uint8Array(0) },
      { name: 'y', dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) },
    ];
    const batch = { index: 5, epoch: 1, examples: 3, batchExamples: 6, tensors };
    fc.assert(
      fc.property(
        fc.constantFrom(encodeBatchPart, otherwise),
        fc.integer({ min: 1, max: 2_000 }),
        (encode, size) => {
          const bytes = Buffer.concat(
            [...encodeBatch(batch), ...encodeBatch(batch)].map((one) => framed(encode(one))),
          );
          expect(assemble(bytes, size)).toEqual([batch, batch]);
        },
      ),
    );
  });
});
