import type { NamedTensor } from '@taskweave/common';
import type { HashingReader } from './hashing-reader.js';
import { PREFIX_BYTES, parseHeader, parsePrefix } from './safetensors-header.js';
import { byName, tensorOf, type DecodeOptions, type Safetensors } from './safetensors.js';

/**
 * As `decodeSafetensors`, reading every tensor straight into memory of its own.
 *
 * @param reader at the beginning of the file
 * @param source the file's name, for errors
 * @throws TaskweaveError `FILE_DAMAGED` naming file and tensor; `CHECKPOINT_DAMAGED` for a file that cannot be read
 */
export async function readSafetensors(
  reader: HashingReader,
  source: string,
  { skip }: DecodeOptions = {},
): Promise<Safetensors> {
  const next = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(length);
    await reader.fill(bytes);
    return bytes;
  };
  const prefix = await next(Math.min(PREFIX_BYTES, reader.length));
  const dataStart = parsePrefix(prefix, reader.length, source);
  const json = await next(dataStart - PREFIX_BYTES);
  const { entries, metadata } = parseHeader(json, reader.length - dataStart, source, skip);
  const tensors: NamedTensor[] = [];
  let position = 0;
  // In the order in which they lie, where the header has made sure that the only gaps are those that are skipped.
  for (const entry of entries.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    await reader.skip(entry.begin - position);
    position = entry.end;
    tensors.push(tensorOf(entry, await next(entry.end - entry.begin)));
  }
  return { tensors: tensors.sort(byName), metadata };
}
