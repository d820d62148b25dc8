import { reductionAxes } from '../../compiler/record/shapes.js';
import { fromFront } from '../../compiler/record/rules/rule.js';
import type { WriteKernel } from './graph-writer.js';
import { FLOAT, flag, integer } from './node-def.js';

const reduction =
  (op: string): WriteKernel =>
  ({ inputs: [x], attributes, outputs: [output] }, writer) => {
    const axes = writer.integers(reductionAxes(attributes, x!.shape.length));
    const keep = { T: FLOAT, keep_dims: flag(attributes['keepDims']) };
    writer.place(output!, writer.node(op, [writer.get(x!), axes], keep));
  };

/** Kernels that move, select, join or combine elements. */
export const ARRANGEMENT: Readonly<Record<string, WriteKernel>> = {
  ...Object.fromEntries(['Max', 'Mean', 'Min', 'Sum'].map((name) => [name, reduction(name)])),
  BatchMatMul: ({ inputs: [a, b], attributes, outputs: [output] }, writer) => {
    const operands = [writer.get(a!), writer.get(b!)];
    const [left, right] = [flag(attributes['transposeA']), flag(attributes['transposeB'])];
    const name =
      output!.shape.length === 2
        ? writer.node('MatMul', operands, { T: FLOAT, transpose_a: left, transpose_b: right })
        : writer.node('BatchMatMulV2', operands, { T: FLOAT, adj_x: left, adj_y: right });
    writer.place(output!, name);
  },
  Concat: ({ inputs, attributes, outputs: [output] }, writer) => {
    const axis = writer.integer(fromFront(attributes['axis'] as number, output!.shape.length));
    const operands = [...inputs.map((input) => writer.get(input)), axis];
    writer.place(output!, writer.node('ConcatV2', operands, { T: FLOAT, N: integer(inputs.length) }));
  },
  PadV2: ({ inputs: [x], attributes, outputs: [output] }, writer) => {
    const paddings = attributes['paddings'] as [number, number][];
    const margins = writer.constant({
      dtype: 'int32',
      shape: [paddings.length, 2],
      data: Int32Array.from(paddings.flat()),
    });
    const fill = writer.number(attributes['constantValue'] as number);
    writer.place(output!, writer.node('PadV2', [writer.get(x!), margins, fill], { T: FLOAT }));
  },
  Reshape: ({ inputs: [x], outputs: [output] }, writer) => {
    const shape = writer.integers(writer.open(output!.shape));
    writer.place(output!, writer.node('Reshape', [writer.get(x!), shape], { T: FLOAT }));
  },
  ResizeBilinear: ({ inputs: [images], attributes, outputs: [output] }, writer) => {
    const size = writer.integers(output!.shape.slice(1, 3));
    const mode = {
      T: FLOAT,
      align_corners: flag(attributes['alignCorners']),
      half_pixel_centers: flag(attributes['halfPixelCenters']),
    };
    writer.place(output!, writer.node('ResizeBilinear', [writer.get(images!), size], mode));
  },
  Slice: ({ inputs: [x], attributes, outputs: [output] }, writer) => {
    const begin = writer.integers(attributes['begin'] as number[]);
    const size = writer.integers(writer.open(output!.shape));
    writer.place(output!, writer.node('Slice', [writer.get(x!), begin, size], { T: FLOAT }));
  },
  Transpose: ({ inputs: [x], attributes, outputs: [output] }, writer) => {
    const order = writer.integers(attributes['perm'] as number[]);
    writer.place(output!, writer.node('Transpose', [writer.get(x!), order], { T: FLOAT }));
  },
};
