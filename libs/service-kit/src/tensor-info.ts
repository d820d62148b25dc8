import { TYPED_ARRAYS, elementCount, type NamedTensor } from '@taskweave/common';
import { DType, type TensorInfo } from '@taskweave/contracts';
import type { TensorMemory } from './tensor-memory.js';

const WIRE_TYPES = {
  float32: DType.FLOAT32,
  float64: DType.FLOAT64,
  int32: DType.INT32,
  uint8: DType.UINT8,
} as const;

const DTYPES = Object.keys(WIRE_TYPES) as NamedTensor['dtype'][];

/** The dtype a contract value stands for, or undefined for one this version does not know. */
function dtypeOf(wire: DType): NamedTensor['dtype'] | undefined {
  return DTYPES.find((dtype) => WIRE_TYPES[dtype] === wire);
}

/** The tensor's description as the contracts have it. */
export function toTensorInfo({ name, dtype, shape }: NamedTensor): TensorInfo {
  return { name, dtype: WIRE_TYPES[dtype], shape };
}

/** A tensor of that description, in memory of its own, to be filled; undefined when the dtype is unknown. */
export function allocateTensor(info: TensorInfo, memory: TensorMemory): NamedTensor | undefined {
  const dtype = dtypeOf(info.dtype);
  if (dtype === undefined) return undefined;
  const data = new TYPED_ARRAYS[dtype](memory.take(tensorByteLength(info)));
  return { name: info.name, dtype, shape: info.shape, data };
}

/** Number of bytes a description asks for; NaN when the dtype is unknown. */
export function tensorByteLength(info: TensorInfo): number {
  const dtype = dtypeOf(info.dtype);
  return dtype === undefined ? NaN : elementCount(info.shape) * TYPED_ARRAYS[dtype].BYTES_PER_ELEMENT;
}
