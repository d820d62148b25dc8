import { uniformValue, type Operation, type Value } from '../graph.js';
import type { Layout } from '../layout.js';
import type { LowerKernel, Lowering } from './lowering.js';

const UNARY: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Exp: 'Exp',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tanh: 'Tanh',
};

const BINARY: Readonly<Record<string, string>> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
};

export const ONNX_ELEMENT_TYPES = { float32: 1, int32: 6, bool: 9 } as const;

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

function elementwise(
  build: (operands: string[], operation: Operation, lowering: Lowering) => string,
): LowerKernel {
  return (operation, lowering) => {
    const output = operation.outputs[0]!;
    const layout = commonLayout(lowering, operation.inputs, output.shape);
    const operands = operation.inputs.map((input) => lowering.operand(input, layout));
    lowering.place(output, build(operands, operation, lowering), layout);
  };
}

/** Kernels that treat every element alike. */
export const ELEMENTWISE: Readonly<Record<string, LowerKernel>> = {
  ...Object.fromEntries(
    Object.entries({ ...UNARY, ...BINARY }).map(([kernel, opType]) => [
      kernel,
      elementwise((operands, _, lowering) => lowering.node(opType, operands)),
    ]),
  ),
  Constant: ({ outputs: [output] }, lowering) => {
    const { dtype, shape } = output!;
    const value = uniformValue(output!)!;
    const scalar = lowering.constant(dtype, [], [value]);
    lowering.place(
      output!,
      shape.length === 0 ? scalar : lowering.node('Expand', [scalar, lowering.integers(shape)]),
    );
  },
  Cast: elementwise(([x], { outputs }, lowering) =>
    lowering.node('Cast', [x!], { to: ONNX_ELEMENT_TYPES[outputs[0]!.dtype] }),
  ),
  Log1p: elementwise(([x], _, lowering) => lowering.node('Log', [lowering.node('Add', [x!, one(lowering)])])),
  NotEqual: elementwise((operands, _, lowering) => lowering.node('Not', [lowering.node('Equal', operands)])),
  // max(0, min(1, x·3.4e38)): 0 for 0 and 1 for every positive number but the denormal ones, in one vectorised pass
  // where Sign, or a comparison and a cast, take two to five times as long.
  PositiveMask: elementwise(([x], _, lowering) =>
    lowering.node('HardSigmoid', [x!], { alpha: { float: 3.4e38 }, beta: { float: 0 } }),
  ),
  Rsqrt: elementwise(([x], _, lowering) =>
    lowering.node('Div', [one(lowering), lowering.node('Sqrt', [x!])]),
  ),
  Select: elementwise((operands, _, lowering) => lowering.node('Where', operands)),
  SquaredDifference: elementwise((operands, _, lowering) => {
    const difference = lowering.node('Sub', operands);
    return lowering.node('Mul', [difference, difference]);
  }),
};

function one(lowering: Lowering): string {
  return lowering.constant('float32', [], [1]);
}
