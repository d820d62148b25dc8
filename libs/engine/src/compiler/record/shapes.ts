import { TaskweaveError } from '@taskweave/common';
import { ARRANGEMENT_RULES } from './rules/arrangement.js';
import { CONVOLUTION_RULES } from './rules/convolution.js';
import { ELEMENTWISE_RULES } from './rules/elementwise.js';
import { GATHER_RULES } from './rules/gather.js';
import { POOLING_RULES } from './rules/pooling.js';
import { RANDOM_RULES } from './rules/random.js';
import { REDUCTION_RULES } from './rules/reduction.js';
import { RESIZE_RULES } from './rules/resize.js';
import type { KernelRules } from './rules/rule.js';

export { convolutionInfo } from './rules/convolution.js';
export { poolInfo } from './rules/pooling.js';
export { reductionAxes } from './rules/reduction.js';

/** What the trace backend knows about each kernel it can record. */
export const KERNEL_RULES: KernelRules = {
  ...ARRANGEMENT_RULES,
  ...CONVOLUTION_RULES,
  ...ELEMENTWISE_RULES,
  ...GATHER_RULES,
  ...POOLING_RULES,
  ...RANDOM_RULES,
  ...REDUCTION_RULES,
  ...RESIZE_RULES,
};

/** Kernels that return a list, be it of one tensor. */
export const LIST_KERNELS: ReadonlySet<string> = new Set(['SplitV', 'Unpack']);

/** Refuses a kernel that cannot be recorded, naming it and the place in the model. */
export function unsupportedKernel(kernel: string, scope: string): TaskweaveError {
  return new TaskweaveError({
    code: 'TRACE_UNSUPPORTED',
    message: `The op ${kernel} cannot be traced.`,
    subject: scope === '' ? 'program' : scope,
    expected: `one of ${Object.keys(KERNEL_RULES).sort().join(', ')}`,
    action: 'Write the model with these ops, or run it with the engine "cpu" or "tensorflow".',
  });
}
