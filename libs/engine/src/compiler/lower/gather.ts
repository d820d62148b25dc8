import { elementCount } from '@taskweave/common';
import { fromFront } from '../record/rules/rule.js';
import { ONNX_ELEMENT_TYPES } from './elementwise.js';
import type { LowerKernel } from './lowering.js';

/** Kernels in which one tensor says which elements of another are meant. */
export const GATHER: Readonly<Record<string, LowerKernel>> = {
  GatherV2: ({ inputs: [x, indices], attributes, outputs: [output] }, lowering) => {
    const axis = fromFront(attributes['axis'] as number, x!.shape.length);
    lowering.place(output!, lowering.node('Gather', [lowering.get(x!), lowering.get(indices!)], { axis }));
  },
  OneHot: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const depth = attributes['depth'] as number;
    const classes = lowering.constant('int32', [depth], [...Array(depth).keys()]);
    const column = lowering.reshape(lowering.get(x!), [...x!.shape, 1]);
    const hit = lowering.node('Equal', [column, classes]);
    const on = (attributes['onValue'] as number | undefined) ?? 1;
    const off = (attributes['offValue'] as number | undefined) ?? 0;
    const value = (number: number): string => lowering.constant(output!.dtype, [], [number]);
    const name =
      on === 1 && off === 0
        ? lowering.node('Cast', [hit], { to: ONNX_ELEMENT_TYPES[output!.dtype] })
        : lowering.node('Where', [hit, value(on), value(off)]);
    lowering.place(output!, name);
  },
  // Rows are added up in order. Ids outside 0..n − 1 count nowhere: they go to a row behind the last.
  UnsortedSegmentSum: ({ inputs: [x, ids], outputs: [output] }, lowering) => {
    const segments = output!.shape[0]!;
    const rows = elementCount(ids!.shape);
    const width = elementCount(output!.shape.slice(1));
    const int32 = (value: number): string => lowering.constant('int32', [], [value]);
    const column = lowering.reshape(lowering.get(ids!), [rows, 1]);
    const outside = lowering.node('Less', [column, int32(0)]);
    const bounded = lowering.node('Min', [column, int32(segments)]);
    const row = lowering.node('Where', [outside, int32(segments), bounded]);
    const sums = lowering.node(
      'ScatterElements',
      [
        lowering.node('Expand', [
          lowering.constant(output!.dtype, [], [0]),
          lowering.integers([segments + 1, width]),
        ]),
        lowering.node('Expand', [row, lowering.integers([rows, width])]),
        lowering.reshape(lowering.get(x!), [rows, width]),
      ],
      { axis: 0, reduction: 'add' },
    );
    const kept = lowering.node('Slice', [sums, lowering.integers([0]), lowering.integers([segments])]);
    lowering.place(output!, lowering.reshape(kept, output!.shape));
  },
};
