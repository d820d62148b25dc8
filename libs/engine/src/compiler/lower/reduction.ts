import { physicalAxis } from '../layout.js';
import { reductionAxes } from '../record/shapes.js';
import type { LowerKernel } from './lowering.js';
import { remainingAxes } from './lowering.js';

function reduce(opType: string): LowerKernel {
  return ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const rank = x!.shape.length;
    const axes = reductionAxes(attributes, rank);
    const keep = attributes['keepDims'] === true;
    let layout = lowering.layoutOf(x!);
    // Axes that remain in another order than the model's would need a transposition; do it before, on request only.
    const remaining = remainingAxes(layout, rank, new Set(axes));
    const ordered = remaining.every((axis, i) => i === 0 || remaining[i - 1]! < axis);
    if (!keep && !ordered) layout = 'plain';
    const physical = axes.map((axis) => physicalAxis(axis, layout, rank)).sort((a, b) => a - b);
    const name =
      axes.length === 0
        ? lowering.get(x!, layout)
        : lowering.node(opType, [lowering.get(x!, layout), lowering.integers(physical)], {
            keepdims: keep ? 1 : 0,
          });
    lowering.place(output!, name, keep ? layout : 'plain');
  };
}

/** Kernels that combine elements along axes. */
export const REDUCTION: Readonly<Record<string, LowerKernel>> = {
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  Prod: reduce('ReduceProd'),
  Softmax: ({ inputs: [x], outputs: [output] }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const rank = x!.shape.length;
    const axis = physicalAxis(rank - 1, layout, rank);
    lowering.place(output!, lowering.node('Softmax', [lowering.get(x!, layout)], { axis }), layout);
  },
};
