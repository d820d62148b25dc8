import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { HostTensor, HostTensors } from './host-tensor.js';

/**
 * Tensors of a batch or a file as a program takes them. The data is shared, not copied.
 *
 * @throws TaskweaveError INTERNAL for an element type that no program takes
 */
export function hostTensors(named: readonly NamedTensor[]): HostTensors {
  return Object.fromEntries(named.map((tensor) => [tensor.name, hostTensor(tensor)]));
}

/** Tensors of a program as messages and files take them. The data is shared, not copied. */
export function namedTensors(tensors: HostTensors): NamedTensor[] {
  return Object.entries(tensors).map(([name, { dtype, shape, data }]) => ({
    name,
    dtype,
    shape: [...shape],
    data,
  }));
}

function hostTensor({ name, dtype, shape, data }: NamedTensor): HostTensor {
  if (data instanceof Float32Array || data instanceof Int32Array) {
    return { dtype: data instanceof Float32Array ? 'float32' : 'int32', shape, data };
  }
  throw new TaskweaveError({
    code: 'INTERNAL',
    message: 'A tensor has an element type that no program takes.',
    subject: name,
    found: dtype,
    expected: 'float32 or int32',
  });
}
