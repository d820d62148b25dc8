import { elementCount } from '@taskweave/common';
import type { UpdateKernel } from '../compiler/update/update-kernel.js';
import type { TensorSpec } from '../host-tensor.js';
import type { NodeWork } from './node-work.js';

/** Stands among the operators for updates of state in host memory, which no ONNX node does. */
const UPDATE = 'Update';

/**
 * What an update has to do: each state tensor is read and written, each gradient read.
 *
 * @param specs of all state tensors
 */
export function updateWork(
  { state, fetched }: UpdateKernel,
  specs: Readonly<Record<string, TensorSpec>>,
): NodeWork {
  const elements = elementCount(specs[state[0]!]!.shape);
  const bytes = 4 * elements * (2 * state.length + fetched.length);
  return { opType: UPDATE, macs: 0, bytes, depth: 0 };
}
