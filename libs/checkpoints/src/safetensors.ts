/**
 * The safetensors file format (https://github.com/huggingface/safetensors, format section of its README):
 *
 *     8 bytes   length N of the header, unsigned little-endian
 *     N bytes   JSON: { "__metadata__": {string: string}, name: { dtype, shape, data_offsets: [begin, end] } }
 *     the rest  elements, little-endian, row-major; offsets count from here and leave no gap
 *
 * Many tools read it, and reading it runs no code. What is written here is a pure function of its contents: tensors
 * are sorted by element size, largest first, then by name, so that every tensor is aligned to its own elements without gaps,
 * and the header is padded with spaces to a multiple of 8 bytes.
 */
import { TYPED_ARRAYS, TaskweaveError, elementCount, tensorBytes, type NamedTensor } from '@taskweave/common';
import type { FileParts } from './file-parts.js';
import {
  MAX_HEADER_BYTES,
  PREFIX_BYTES,
  parseHeader,
  parsePrefix,
  type HeaderEntry,
  type SkipTensors,
} from './safetensors-header.js';

const DTYPE_NAMES = { float32: 'F32', float64: 'F64', int32: 'I32', uint8: 'U8' } as const;

/** Contents of a safetensors file. */
export interface Safetensors {
  tensors: NamedTensor[];
  /** Free text, e.g. `{ format: 'taskweave' }`. */
  metadata: Record<string, string>;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order in which tensors are handed out. */
export function byName(a: NamedTensor, b: NamedTensor): number {
  return byText(a.name, b.name);
}

function invalidTensor(name: string, problem: string): TaskweaveError {
  return new TaskweaveError({
    code: 'INTERNAL',
    message: `Tensor "${name}" cannot be written: ${problem}.`,
    subject: name,
  });
}

function checkTensors(tensors: readonly NamedTensor[]): void {
  const names = new Set<string>();
  for (const { name, dtype, shape, data } of tensors) {
    if (names.has(name)) throw invalidTensor(name, 'there are two of that name');
    if (name === '__metadata__') throw invalidTensor(name, 'the name is reserved');
    if (!(data instanceof TYPED_ARRAYS[dtype]))
      throw invalidTensor(name, `its data is not a ${TYPED_ARRAYS[dtype].name}`);
    if (elementCount(shape) !== data.length) {
      throw invalidTensor(name, `shape [${shape.join(', ')}] does not have ${data.length} elements`);
    }
    names.add(name);
  }
}

/**
 * Tensors as the contents of a safetensors file: its header, then the very memory of each tensor, nothing copied. They
 * must stay as they are for as long as the parts are used.
 *
 * @throws TaskweaveError `INTERNAL` for a duplicate or reserved name and for data that does not fit dtype or shape
 */
export function safetensorsParts(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): FileParts {
  checkTensors(tensors);
  const ordered = [...tensors].sort(
    (a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || byText(a.name, b.name),
  );
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => byText(a, b));
  let end = 0;
  // Entries rather than an object, which would move names that look like numbers to the front.
  const fields = [
    ...(sortedMetadata.length > 0
      ? [
          [
            '__metadata__',
            `{${sortedMetadata.map((pair) => pair.map((text) => JSON.stringify(text)).join(':')).join(',')}}`,
          ] as const,
        ]
      : []),
    ...ordered.map(({ name, dtype, shape, data }) => {
      const begin = end;
      end += data.byteLength;
      const entry = { dtype: DTYPE_NAMES[dtype], shape, data_offsets: [begin, end] };
      return [name, JSON.stringify(entry)] as const;
    }),
  ];
  const json = Buffer.from(`{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER_BYTES) throw invalidTensor(ordered[0]?.name ?? '', 'the header is too long');

  const header = Buffer.alloc(PREFIX_BYTES + headerLength, ' ', 'latin1');
  header.writeBigUInt64LE(BigInt(headerLength), 0);
  json.copy(header, PREFIX_BYTES);
  return [header, ...ordered.map(tensorBytes)];
}

/** Tensors as the bytes of a safetensors file, as {@link safetensorsParts} but in one piece of memory: for small ones. */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  return Buffer.concat(safetensorsParts(tensors, metadata));
}

export interface DecodeOptions {
  /**
   * From the names of all tensors, which to leave out. Those take no memory, and may be of a dtype that is not read here.
   * By default none.
   */
  skip?: SkipTensors;
}

/** @param own the tensor's elements, in memory that belongs to it alone: so aligned, and free to be transferred */
export function tensorOf({ name, dtype, shape }: HeaderEntry, own: Uint8Array<ArrayBuffer>): NamedTensor {
  return { name, dtype, shape, data: new TYPED_ARRAYS[dtype](own.buffer) };
}

/**
 * The contents of a safetensors file, tensors sorted by name. Every length, offset, shape and dtype is checked before it is
 * used.
 *
 * @param source the file's name, for errors
 * @throws TaskweaveError `FILE_DAMAGED` naming file and tensor
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  source: string,
  { skip }: DecodeOptions = {},
): Safetensors {
  const dataStart = parsePrefix(bytes, bytes.length, source);
  const data = bytes.subarray(dataStart);
  const { entries, metadata } = parseHeader(
    bytes.subarray(PREFIX_BYTES, dataStart),
    data.length,
    source,
    skip,
  );
  // Not data.slice(): a Buffer's slice shares its memory.
  const tensors = entries.map((entry) =>
    tensorOf(entry, new Uint8Array(data.subarray(entry.begin, entry.end))),
  );
  return { tensors: tensors.sort(byName), metadata };
}
