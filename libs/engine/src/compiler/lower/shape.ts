import { physicalAxis, physicalShape, permutation } from '../layout.js';
import { ONNX_ELEMENT_TYPES, commonLayout } from './elementwise.js';
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
    const axis = physicalAxis(attributes['axis'] as number, layout, output!.shape.length);
    const names = inputs.map((input) => lowering.get(input, layout));
    lowering.place(output!, lowering.node('Concat', names, { axis }), layout);
  },
  SplitV: ({ inputs: [x], attributes, outputs }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const logicalAxis = attributes['axis'] as number;
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
    const fill = lowering.constant('float32', [], [attributes['constantValue'] as number]);
    lowering.place(output!, lowering.node('Pad', [lowering.get(x!, layout), pads, fill]), layout);
  },
  OneHot: ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const depth = attributes['depth'] as number;
    const classes = lowering.constant('int32', [depth], [...Array(depth).keys()]);
    const column = lowering.reshape(lowering.get(x!), [...x!.shape, 1]);
    const hit = lowering.node('Equal', [column, classes]);
    const [on, off] = [(attributes['onValue'] as number) ?? 1, (attributes['offValue'] as number) ?? 0];
    const values = [on, off].map((value) => lowering.constant(output!.dtype, [], [value])) as [
      string,
      string,
    ];
    const name =
      on === 1 && off === 0
        ? lowering.node('Cast', [hit], { to: ONNX_ELEMENT_TYPES[output!.dtype] })
        : lowering.node('Where', [hit, ...values]);
    lowering.place(output!, name);
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
