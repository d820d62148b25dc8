import { TYPED_ARRAYS, TaskweaveError, elementCount, tensorBytes, type NamedTensor } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength } from './file-parts.js';
import { decodeSafetensors, encodeSafetensors, safetensorsParts } from './safetensors.js';
import { anyTensors } from './testing/arbitrary-tensors.js';

/** By bits, since NaN differs from itself, and by name. */
const plain = (tensors: readonly NamedTensor[]) =>
  tensors
    .map((tensor) => ({ ...tensor, data: Buffer.from(tensorBytes(tensor)).toString('hex') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** A file with this header, whatever it says. */
const fileOf = (header: unknown, elements = 0): Uint8Array => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(elements)]);
};

const caught = (run: () => unknown): TaskweaveError => {
  try {
    run();
  } catch (error) {
    return error as TaskweaveError;
  }
  throw new Error('nothing was thrown');
};

describe('round trip', () => {
  it('gives every tensor and all metadata back, bit by bit', () => {
    const metadata = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anyTensors, metadata, (tensors, texts) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, texts), 'file');
        expect(plain(decoded.tensors)).toEqual(plain(tensors));
        expect({ ...decoded.metadata }).toEqual({ ...texts });
        for (const { dtype, data } of decoded.tensors) expect(data).toBeInstanceOf(TYPED_ARRAYS[dtype]);
      }),
    );
  });

  it('does not depend on the order of the tensors', () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        expect(encodeSafetensors([...tensors].reverse())).toEqual(encodeSafetensors(tensors));
      }),
    );
  });

  it('aligns every tensor to its own elements', () => {
    fc.assert(
      fc.property(anyTensors, (tensors) => {
        const file = Buffer.from(encodeSafetensors(tensors));
        const length = Number(file.readBigUInt64LE(0));
        expect(length % 8).toBe(0);
        const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
          string,
          { data_offsets: [number, number] }
        >;
        for (const { name, dtype } of tensors) {
          expect(header[name]!.data_offsets[0] % TYPED_ARRAYS[dtype].BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });

  it('reads tensors from anywhere within a buffer', () => {
    const file = encodeSafetensors([{ name: 'w', dtype: 'float64', shape: [1], data: Float64Array.of(0.1) }]);
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(decodeSafetensors(shifted, 'file').tensors[0]?.data).toEqual(Float64Array.of(0.1));
  });

  it('leaves out tensors that are not wanted, whatever their dtype', () => {
    const header = {
      steps: { dtype: 'I64', shape: [1], data_offsets: [0, 8] },
      half: { dtype: 'BF16', shape: [2], data_offsets: [9, 13] },
      kept: { dtype: 'U8', shape: [1], data_offsets: [8, 9] },
    };
    const skip = (names: ReadonlySet<string>) => (name: string) => names.has('steps') && name !== 'kept';
    const { tensors } = decodeSafetensors(fileOf(header, 13), 'file', { skip });
    expect(tensors).toEqual([{ name: 'kept', dtype: 'uint8', shape: [1], data: Uint8Array.of(0) }]);
    expect(() => decodeSafetensors(fileOf(header, 14), 'file', { skip })).toThrow(/its length/);
  });

  it('writes the bytes that the format prescribes', () => {
    const file = encodeSafetensors(
      [
        { name: 'u', dtype: 'uint8', shape: [1], data: Uint8Array.of(7) },
        { name: 'w', dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, -2) },
      ],
      { format: 'test' },
    );
    const header =
      '{"__metadata__":{"format":"test"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
      '"u":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const elements = Buffer.from('0000803f000000c007', 'hex');
    expect(Buffer.from(file)).toEqual(
      Buffer.concat([Buffer.of(padded.length, 0, 0, 0, 0, 0, 0, 0), Buffer.from(padded), elements]),
    );
  });
});

describe('encodeSafetensors refuses', () => {
  const tensor: NamedTensor = { name: 'w', dtype: 'float32', shape: [2], data: new Float32Array(2) };
  it.each<[string, NamedTensor[]]>([
    ['two tensors of one name', [tensor, tensor]],
    ['the reserved name', [{ ...tensor, name: '__metadata__' }]],
    ['data of another type', [{ ...tensor, data: new Int32Array(2) }]],
    ['data that does not fit the shape', [{ ...tensor, shape: [3] }]],
  ])('%s', (_name, tensors) => {
    expect(caught(() => encodeSafetensors(tensors))).toMatchObject({
      code: 'INTERNAL',
      subject: tensors[0]!.name,
    });
  });
});

describe('decodeSafetensors refuses', () => {
  const entry = (begin: number, end: number, more = {}) => ({
    dtype: 'U8',
    shape: [end - begin],
    data_offsets: [begin, end],
    ...more,
  });
  it.each<[string, Uint8Array, string | RegExp]>([
    ['an empty file', new Uint8Array(0), 'weights.st'],
    ['a header beyond the file', fileOf('{}').subarray(0, 9), 'weights.st'],
    ['an absurd header length', Buffer.alloc(64, 0xff), 'weights.st'],
    ['a header that is no JSON', fileOf('{"w":'), 'weights.st'],
    ['a header that is no UTF-8', fileOf('').fill(8, 0, 1), 'weights.st'],
    ['a header that is no object', fileOf([]), 'weights.st'],
    ['metadata that is not text', fileOf({ __metadata__: { a: 1 } }), 'weights.st'],
    ['an entry that is no object', fileOf({ w: null }), 'weights.st, tensor "w"'],
    ['an unknown dtype', fileOf({ w: entry(0, 1, { dtype: 'F16' }) }, 1), 'weights.st, tensor "w"'],
    ['a negative extent', fileOf({ w: entry(0, 1, { shape: [-1] }) }, 1), 'weights.st, tensor "w"'],
    ['a fractional offset', fileOf({ w: entry(0, 1, { data_offsets: [0.5, 1.5] }) }, 2), /tensor "w"/],
    ['offsets that run backwards', fileOf({ w: entry(0, 1, { data_offsets: [1, 0] }) }, 1), /tensor "w"/],
    ['a size that does not fit the shape', fileOf({ w: entry(0, 2, { shape: [3] }) }, 3), /tensor "w"/],
    ['an overflowing shape', fileOf({ w: entry(0, 1, { shape: [2 ** 50, 2 ** 50] }) }, 1), /tensor "w"/],
    ['elements beyond the file', fileOf({ w: entry(0, 4) }, 3), /tensor "w"/],
    ['overlapping tensors', fileOf({ v: entry(0, 2), w: entry(1, 3) }, 3), /tensor "w"/],
    ['a gap', fileOf({ v: entry(0, 1), w: entry(2, 3) }, 3), /tensor "w"/],
    ['bytes left over', fileOf({ w: entry(0, 1) }, 2), 'weights.st'],
  ])('%s', (_name, file, subject) => {
    const error = caught(() => decodeSafetensors(file, 'weights.st'));
    expect(error.code).toBe('FILE_DAMAGED');
    if (typeof subject === 'string') expect(error.subject).toBe(subject);
    else expect(error.subject).toMatch(subject);
    expect(error.expected).toBeTruthy();
  });

  it('damage of any kind without ever failing in another way', () => {
    const damage = fc.array(fc.record({ at: fc.nat(400), byte: fc.nat(255) }), { maxLength: 8 });
    fc.assert(
      fc.property(anyTensors, damage, fc.nat(8), fc.boolean(), (tensors, changes, cut, textual) => {
        const file = Buffer.from(encodeSafetensors(tensors));
        for (const { at, byte } of changes) file[at % file.length] = textual ? 0x30 + (byte % 10) : byte;
        try {
          const decoded = decodeSafetensors(file.subarray(0, file.length - cut), 'file');
          for (const { shape, data } of decoded.tensors) expect(data.length).toBe(elementCount(shape));
        } catch (error) {
          expect(error).toBeInstanceOf(TaskweaveError);
          expect((error as TaskweaveError).code).toBe('FILE_DAMAGED');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('every truncation', () => {
    const file = encodeSafetensors([
      { name: 'w', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) },
    ]);
    for (let length = 0; length < file.length; length++) {
      expect(caught(() => decodeSafetensors(file.subarray(0, length), 'file')).code).toBe('FILE_DAMAGED');
    }
  });
});

it('safetensorsParts are the encoded file, without a copy of any tensor', () => {
  fc.assert(
    fc.property(anyTensors, (tensors) => {
      const parts = safetensorsParts(tensors);
      expect(Buffer.concat(parts)).toEqual(encodeSafetensors(tensors));
      expect(byteLength(parts)).toBe(encodeSafetensors(tensors).length);
      const memory = new Set<ArrayBufferLike>(parts.slice(1).map(({ buffer }) => buffer));
      expect(memory).toEqual(new Set(tensors.map(({ data }) => data.buffer)));
    }),
  );
});
