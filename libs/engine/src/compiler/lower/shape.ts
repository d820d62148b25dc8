import { physicalAxis, physicalShape, permutation } from '../layout.js';
import { commonLayout } from './pointwise.js';
import { fromFront } from '../record/rules/rule.js';
import type { LowerKernel } from './lowering.js';

/** Kernels that move, repeat or select elements. */
export const SHAPE: Readonly<Record<string, LowerKernel>> = {
  Reshape: ({ inputs: [x], outputs: [output] }, lowering) => {
    lowering.place(output!, lowering.reshape(lowering.get(x!), output!.shape));
  },
  Transpose: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    lowering.place(
      output!,
      lowering.node('Transpose', [lowering.get(x!)], { perm: attributes['perm'] as number[] }),
    );
  },
  Expand: ({ inputs: [x], outputs: [output] }, lowering) => {
    const layout = commonLayout(lowering, [x!], output!.shape);
    const shape = lowering.integers(physicalShape(output!.shape, layout));
    lowering.place(output!, lowering.node('Expand', [lowering.operand(x!, layout), shape]), layout);
  },
  Tile: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const repeats = physicalShape(attributes['reps'] as number[], layout);
    lowering.place(
      output!,
      lowering.node('Tile', [lowering.get(x!, layout), lowering.integers(repeats)]),
      layout,
    );
  },
  Concat: ({ inputs, attributes, outputs: [output] }, lowering) => {
    const layout = commonLayout(lowering, inputs, output!.shape);
    const axis = physicalAxis(
      fromFront(attributes['axis'] as number, output!.shape.length),
      layout,
      output!.shape.length,
    );
    const names = inputs.map((input) => lowering.get(input, layout));
    lowering.place(output!, lowering.node('Concat', names, { axis }), layout);
  },
  Pack: ({ inputs, attributes, outputs: [output] }, lowering) => {
    const rank = output!.shape.length;
    const axis = fromFront(attributes['axis'] as number, rank);
    const slice = output!.shape.map((size, i) => (i === axis ? 1 : size));
    const names = inputs.map((input) => lowering.reshape(lowering.get(input), slice));
    lowering.place(output!, lowering.node('Concat', names, { axis }));
  },
  Unpack: ({ inputs: [x], attributes, outputs }, lowering) => {
    const axis = fromFront(attributes['axis'] as number, x!.shape.length);
    const sizes = lowering.integers(outputs.map(() => 1));
    const names = lowering.nodeWithOutputs('Split', [lowering.get(x!), sizes], outputs.length, { axis });
    outputs.forEach((output, i) => lowering.place(output, lowering.reshape(names[i]!, output.shape)));
  },
  SplitV: ({ inputs: [x], attributes, outputs }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const logicalAxis = fromFront(attributes['axis'] as number, x!.shape.length);
    const axis = physicalAxis(logicalAxis, layout, x!.shape.length);
    const sizes = lowering.integers(outputs.map((output) => output.shape[logicalAxis]!));
    const names = lowering.nodeWithOutputs('Split', [lowering.get(x!, layout), sizes], outputs.length, {
      axis,
    });
    outputs.forEach((output, i) => lowering.place(output, names[i]!, layout));
  },
  Slice: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const begin = physicalShape(attributes['begin'] as number[], layout);
    const end = physicalShape(output!.shape, layout).map((size, axis) => begin[axis]! + size);
    const name = lowering.node('Slice', [
      lowering.get(x!, layout),
      lowering.integers(begin),
      lowering.integers(end),
    ]);
    lowering.place(output!, name, layout);
  },
  PadV2: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const paddings = attributes['paddings'] as [number, number][];
    const physical = permutation(layout, x!.shape.length).map((axis) => paddings[axis]!);
    const pads = lowering.integers([
      ...physical.map(([before]) => before),
      ...physical.map(([, after]) => after),
    ]);
    const fill = lowering.constant(output!.dtype, [], [attributes['constantValue'] as number]);
    lowering.place(output!, lowering.node('Pad', [lowering.get(x!, layout), pads, fill]), layout);
  },
  BatchMatMul: ({ inputs: [a, b], attributes, outputs: [output] }, lowering) => {
    const operand = (name: string, rank: number, transposed: unknown): string => {
      const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      return transposed === true ? lowering.node('Transpose', [name], { perm }) : name;
    };
    const left = operand(lowering.get(a!), a!.shape.length, attributes['transposeA']);
    const right = operand(lowering.get(b!), b!.shape.length, attributes['transposeB']);
    lowering.place(output!, lowering.node('MatMul', [left, right]));
  },
};
