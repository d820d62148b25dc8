/** The elements of a tensor in row-major order. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor in memory: as data sets give it, as it is put on or taken off the wire, written to or read from a file. */
export interface NamedTensor {
  name: string;
  dtype: 'float32' | 'float64' | 'int32' | 'uint8';
  shape: number[];
  /** product(shape) elements; the array's class matches the dtype. */
  data: TensorData;
}

/** The typed array of each dtype. */
export const TYPED_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** Number of elements of a shape: 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The elements as bytes, without a copy. */
export function tensorBytes({ data }: NamedTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
