import type { GraphType } from '../../graph.js';
import { TaskweaveError } from '@taskweave/common';
import { fromFront, type KernelRules } from './rule.js';

/** Kernels in which one tensor says which elements of another are meant. */
export const GATHER_RULES: KernelRules = {
  GatherV2: {
    inputs: ['x', 'indices'],
    shape: ([x, indices], attributes) => {
      if (attributes['batchDims'] !== 0) {
        throw new TaskweaveError({
          code: 'TRACE_UNSUPPORTED',
          message: 'A gather with batch dimensions cannot be traced.',
          found: `batchDims ${String(attributes['batchDims'])}`,
          expected: 'batchDims 0',
          action: 'Multiply by tf.oneHot of the indices, or gather from a reshaped tensor.',
        });
      }
      const shape = [...x!.shape];
      shape.splice(fromFront(attributes['axis'] as number, shape.length), 1, ...indices!.shape);
      return [{ dtype: x!.dtype, shape }];
    },
  },
  OneHot: {
    inputs: ['indices'],
    shape: ([x], attributes) => [
      {
        dtype: (attributes['dtype'] as GraphType | undefined) ?? 'int32',
        shape: [...x!.shape, attributes['depth'] as number],
      },
    ],
  },
  UnsortedSegmentSum: {
    inputs: ['x', 'segmentIds'],
    shape: ([x, ids], attributes) => [
      {
        dtype: x!.dtype,
        shape: [attributes['numSegments'] as number, ...x!.shape.slice(ids!.shape.length)],
      },
    ],
  },
};
