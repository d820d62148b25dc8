import { elementCount } from '@taskweave/common';
import { uniformValue, type Operation } from '../../compiler/graph.js';
import { float32 } from '../../host-tensor.js';
import type { GraphWriter, WriteKernel } from './graph-writer.js';
import { FLOAT } from './node-def.js';

/** Names that TensorFlow gives to element-wise kernels of tfjs. */
const ELEMENTWISE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'Abs',
      'Exp',
      'Log',
      'Neg',
      'Relu',
      'Reciprocal',
      'Rsqrt',
      'Sigmoid',
      'Softmax',
      'Softplus',
      'Sqrt',
      'Tanh',
    ].map((name) => [name, name]),
  ),
  ...Object.fromEntries(['Maximum', 'Minimum', 'Pow', 'RealDiv', 'Sub'].map((name) => [name, name])),
  Add: 'AddV2',
  Multiply: 'Mul',
};

const elementwise =
  (op: string): WriteKernel =>
  ({ inputs, outputs }: Operation, writer: GraphWriter) => {
    const operands = inputs.map((input) => writer.get(input));
    writer.place(outputs[0]!, writer.node(op, operands, { T: FLOAT }));
  };

/** Kernels that treat every element alike. */
export const ELEMENTS: Readonly<Record<string, WriteKernel>> = {
  ...Object.fromEntries(Object.entries(ELEMENTWISE).map(([kernel, op]) => [kernel, elementwise(op)])),
  Constant: ({ outputs: [output] }, writer) => {
    const { shape } = output!;
    const data = new Float32Array(elementCount(shape)).fill(uniformValue(output!)!);
    writer.place(output!, writer.constant(float32(shape, data)));
  },
};
