import type { Operation, Value } from '../graph.js';
import type { Layout } from '../layout.js';
import type { LowerKernel, Lowering } from './lowering.js';

/** The layout to compute an element-wise result in: that of a full-size operand which already left the plain one. */
export function commonLayout(
  lowering: Lowering,
  operands: readonly Value[],
  shape: readonly number[],
): Layout {
  if (shape.length !== 4) return 'plain';
  const layouts = operands
    .filter((operand) => operand.shape.length === 4)
    .sort((a, b) => Number(b.shape.join() === shape.join()) - Number(a.shape.join() === shape.join()))
    .map((operand) => lowering.layoutOf(operand));
  return layouts.find((layout) => layout !== 'plain') ?? 'plain';
}

/** The lowering of a kernel that treats every element alike, in whatever layout its operands are. */
export function pointwise(
  build: (operands: string[], lowering: Lowering, operation: Operation) => string,
): LowerKernel {
  return (operation, lowering) => {
    const output = operation.outputs[0]!;
    const layout = commonLayout(lowering, operation.inputs, output.shape);
    const operands = operation.inputs.map((input) => lowering.operand(input, layout));
    lowering.place(output, build(operands, lowering, operation), layout);
  };
}
