import { TaskweaveError } from '@taskweave/common';

/** Numbers of a NumPy file. */
export interface Npy {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads NumPy's `.npy` format (versions 1 to 3) of float32 or float64, little-endian, in C order: magic number, version, the
 * length of the header, the header as a Python dictionary, the numbers.
 *
 * @param subject what errors call it
 * @throws TaskweaveError `DATA_INVALID` naming what was found and what was expected
 */
export function parseNpy(bytes: Uint8Array, subject: string): Npy {
  const refuse = (found: string, expected: string): TaskweaveError =>
    new TaskweaveError({
      code: 'DATA_INVALID',
      message: 'This .npy file cannot be read.',
      subject,
      found,
      expected,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw refuse(`${bytes.length} bytes that do not begin as it does`, 'a NumPy file');
  const wide = bytes[6]! > 1;
  const begin = wide ? 12 : 10;
  const end = begin + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw refuse(`${bytes.length} bytes`, `a header of ${end} bytes`);
  const header = new TextDecoder('latin1').decode(bytes.subarray(begin, end));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const width = type === '<f4' ? 4 : type === '<f8' ? 8 : undefined;
  if (width === undefined) throw refuse(`elements of type ${type ?? 'unknown'}`, '<f4 or <f8');
  if (!/'fortran_order':\s*False/.test(header)) throw refuse('columns first', 'C order');
  const axes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (axes === undefined) throw refuse('no shape', 'a shape');
  const shape = axes.split(',').flatMap((axis) => (axis.trim() === '' ? [] : [Number(axis)]));
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length !== end + count * width)
    throw refuse(`${bytes.length} bytes`, `${end + count * width} bytes for shape (${shape.join(', ')})`);
  const data = Float32Array.from({ length: count }, (_, i) =>
    width === 4 ? view.getFloat32(end + 4 * i, true) : view.getFloat64(end + 8 * i, true),
  );
  return { shape, data };
}
