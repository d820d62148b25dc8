import { TaskweaveError } from '@taskweave/common';

/** Element types a program may take or give. */
export type ElementType = 'float32' | 'int32';

/** Shape and element type of a tensor, without its values. */
export interface TensorSpec {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
}

/** A tensor in host memory: `data` in row-major order of `shape`. */
export interface HostTensor extends TensorSpec {
  readonly data: Float32Array | Int32Array;
}

export type HostTensors = Record<string, HostTensor>;

/** A float32 host tensor. */
export function float32(shape: readonly number[], data: Float32Array | readonly number[]): HostTensor {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** An int32 host tensor. */
export function int32(shape: readonly number[], data: Int32Array | readonly number[]): HostTensor {
  return { dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
}

/** @throws TaskweaveError INTERNAL when a tensor does not have the shape it must have */
export function checkShape(name: string, found: readonly number[], expected: readonly number[]): void {
  if (found.join() === expected.join()) return;
  throw new TaskweaveError({
    code: 'INTERNAL',
    message: 'A tensor has the wrong shape.',
    subject: name,
    found: `[${found.join(', ')}]`,
    expected: `[${expected.join(', ')}]`,
  });
}

/** The named tensor, which must be there in the given shape. */
export function requireTensor(tensors: HostTensors, name: string, spec: TensorSpec): HostTensor {
  const tensor = tensors[name];
  if (tensor === undefined) {
    throw new TaskweaveError({ code: 'INTERNAL', message: 'A program lacks an input.', subject: name });
  }
  checkShape(name, tensor.shape, spec.shape);
  return tensor;
}
