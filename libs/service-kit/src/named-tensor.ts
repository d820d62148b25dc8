import { DType, type TensorInfo } from '@taskweave/contracts';

/** The elements of a tensor in row-major order. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor in memory, as it is put on or taken off the wire. */
export interface NamedTensor {
  name: string;
  dtype: 'float32' | 'float64' | 'int32' | 'uint8';
  shape: number[];
  /** product(shape) elements; the array's class matches the dtype. */
  data: TensorData;
}

const ELEMENTS = {
  float32: { wire: DType.FLOAT32, array: Float32Array },
  float64: { wire: DType.FLOAT64, array: Float64Array },
  int32: { wire: DType.INT32, array: Int32Array },
  uint8: { wire: DType.UINT8, array: Uint8Array },
} as const;

const DTYPES = Object.keys(ELEMENTS) as NamedTensor['dtype'][];

/** The dtype a contract value stands for, or undefined for one this version does not know. */
function dtypeOf(wire: DType): NamedTensor['dtype'] | undefined {
  return DTYPES.find((dtype) => ELEMENTS[dtype].wire === wire);
}

/** The tensor's description as the contracts have it. */
export function toTensorInfo({ name, dtype, shape }: NamedTensor): TensorInfo {
  return { name, dtype: ELEMENTS[dtype].wire, shape };
}

/** The tensor's elements as bytes, without a copy. */
export function tensorBytes({ data }: NamedTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * A zero-filled tensor of that description, in memory of its own and so aligned for any view; undefined when the
 * dtype is unknown.
 */
export function allocateTensor(info: TensorInfo): NamedTensor | undefined {
  const dtype = dtypeOf(info.dtype);
  if (dtype === undefined) return undefined;
  const size = info.shape.reduce((product, extent) => product * extent, 1);
  return { name: info.name, dtype, shape: info.shape, data: new ELEMENTS[dtype].array(size) };
}

/** Number of bytes a description asks for; NaN when the dtype is unknown. */
export function tensorByteLength(info: TensorInfo): number {
  const dtype = dtypeOf(info.dtype);
  const size = dtype === undefined ? NaN : ELEMENTS[dtype].array.BYTES_PER_ELEMENT;
  return info.shape.reduce((product, extent) => product * extent, size);
}
