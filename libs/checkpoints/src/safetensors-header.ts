/** Reading and checking the header of a safetensors file; see safetensors.ts for the format. */
import { TYPED_ARRAYS, TaskweaveError, elementCount, type NamedTensor } from '@taskweave/common';

/** Longest header accepted, as in the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

const DTYPES: ReadonlyMap<unknown, NamedTensor['dtype']> = new Map([
  ['F32', 'float32'],
  ['F64', 'float64'],
  ['I32', 'int32'],
  ['U8', 'uint8'],
]);

/** Where a tensor lies; begin and end are relative to the end of the header. */
interface Extent {
  name: string;
  begin: number;
  end: number;
}

export interface HeaderEntry extends Extent {
  dtype: NamedTensor['dtype'];
  shape: number[];
}

/** From the names of all tensors in a file, which of them are not wanted. */
export type SkipTensors = (names: ReadonlySet<string>) => (name: string) => boolean;

export interface Header {
  /** Those that were not skipped. */
  entries: HeaderEntry[];
  metadata: Record<string, string>;
}

/** Bytes before the header, which hold its length. */
export const PREFIX_BYTES = 8;

/** Raises the `FILE_DAMAGED` error of one file. */
type Refuse = (problem: string, found: unknown, expected: string, tensor?: string) => never;

function refuseFor(source: string): Refuse {
  return (problem, found, expected, tensor) => {
    throw new TaskweaveError({
      code: 'FILE_DAMAGED',
      message: `${source} is not a valid safetensors file: ${problem}${tensor === undefined ? '' : ` of tensor "${tensor}"`}.`,
      subject: tensor === undefined ? source : `${source}, tensor "${tensor}"`,
      found: (typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing')).slice(0, 200),
      expected,
      action: 'Get the file again, or use an older one.',
    });
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parseJson(bytes: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    return refuse('the header is not JSON', (error as Error).message, 'JSON in UTF-8');
  }
  return isObject(header) ? header : refuse('the header is not an object', header, 'a JSON object');
}

/** Where a tensor lies, whatever it is. */
function parseExtent(name: string, value: unknown, refuse: Refuse): Extent {
  if (!isObject(value)) return refuse('the description', value, 'an object', name);
  const offsets = value['data_offsets'];
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return refuse('the data_offsets', offsets, 'two whole numbers', name);
  }
  return { name, begin: offsets[0] as number, end: offsets[1] as number };
}

function parseEntry(name: string, value: unknown, refuse: Refuse): HeaderEntry {
  if (!isObject(value)) return refuse('the description', value, 'an object', name);
  const dtype = DTYPES.get(value['dtype']);
  if (dtype === undefined) {
    return refuse('the dtype', value['dtype'], [...DTYPES.keys()].join(', '), name);
  }
  const shape = value['shape'];
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    return refuse('the shape', shape, 'a list of whole numbers', name);
  }
  const { begin, end } = parseExtent(name, value, refuse);
  const size = elementCount(shape) * TYPED_ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== size) return refuse('the size', `${end - begin} bytes`, `${size} bytes`, name);
  return { name, dtype, shape, begin, end };
}

/** Refuses gaps, overlaps, and elements missing or left over at the end. */
function checkLayout(extents: readonly Extent[], available: number, refuse: Refuse): void {
  let position = 0;
  for (const { name, begin, end } of [...extents].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== position) refuse('the position', begin, `${position}, where the one before ends`, name);
    if (end > available) refuse('the end', end, `at most ${available}, the bytes in the file`, name);
    position = end;
  }
  if (position !== available) refuse('its length', `${available} bytes of elements`, `${position} bytes`);
}

function parseMetadata(value: unknown, refuse: Refuse): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    return refuse('the metadata', value, 'an object of strings');
  }
  return value as Record<string, string>;
}

/**
 * Position of the first element in a file, which is where its header ends.
 *
 * @param prefix at least the first {@link PREFIX_BYTES} of the file, or all of a shorter one
 * @param fileBytes length of the file
 * @param source the file's name, for errors
 * @throws TaskweaveError `FILE_DAMAGED`
 */
export function parsePrefix(prefix: Uint8Array, fileBytes: number, source: string): number {
  const refuse = refuseFor(source);
  if (prefix.length < PREFIX_BYTES) return refuse('its length', `${fileBytes} bytes`, 'at least 8 bytes');
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  const longest = Math.min(fileBytes - PREFIX_BYTES, MAX_HEADER_BYTES);
  if (length > BigInt(longest)) {
    return refuse('the length of the header', `${length} bytes`, `at most ${longest} bytes`);
  }
  return PREFIX_BYTES + Number(length);
}

/**
 * What a header says, every part of it checked.
 *
 * @param json the header without the prefix
 * @param dataBytes length of all elements in the file
 * @param source the file's name, for errors
 * @param skip those that are skipped may be of any dtype; by default none
 * @throws TaskweaveError `FILE_DAMAGED`
 */
export function parseHeader(
  json: Uint8Array,
  dataBytes: number,
  source: string,
  skip: SkipTensors = () => () => false,
): Header {
  const refuse = refuseFor(source);
  const { __metadata__, ...described } = parseJson(json, refuse);
  const extents = Object.entries(described).map(([name, value]) => parseExtent(name, value, refuse));
  const unwanted = skip(new Set(Object.keys(described)));
  const entries = Object.entries(described)
    .filter(([name]) => !unwanted(name))
    .map(([name, value]) => parseEntry(name, value, refuse));
  checkLayout(extents, dataBytes, refuse);
  return { entries, metadata: parseMetadata(__metadata__, refuse) };
}
