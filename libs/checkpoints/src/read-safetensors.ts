import type { NamedTensor } from '@taskweave/common';
import { PREFIX_BYTES, parseHeader, parsePrefix } from './safetensors-header.js';
import { byName, tensorOf, type Safetensors } from './safetensors.js';

/** A file that is read once, from beginning to end. */
export interface ByteReader {
  /** Bytes in the file. */
  readonly length: number;
  /** Fills `target`, not longer than what is left, with the next bytes. */
  fill(target: Uint8Array): Promise<void>;
}

/**
 * As `decodeSafetensors`, reading every tensor straight into memory of its own.
 *
 * @param reader at the beginning of the file
 * @param source the file's name, for errors
 * @throws TaskweaveError `FILE_DAMAGED` naming file and tensor; what the reader throws
 */
export async function readSafetensors(reader: ByteReader, source: string): Promise<Safetensors> {
  const next = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(length);
    await reader.fill(bytes);
    return bytes;
  };
  const prefix = await next(Math.min(PREFIX_BYTES, reader.length));
  const dataStart = parsePrefix(prefix, reader.length, source);
  const json = await next(dataStart - PREFIX_BYTES);
  const { entries, metadata } = parseHeader(json, reader.length - dataStart, source);
  const tensors: NamedTensor[] = [];
  // In the order in which they lie, where the header has made sure that there are no gaps.
  for (const entry of entries.sort((a, b) => a.begin - b.begin)) {
    tensors.push(tensorOf(entry, await next(entry.end - entry.begin)));
  }
  return { tensors: tensors.sort(byName), metadata };
}
