import { uniformValue } from '../graph.js';
import type { LowerKernel, Lowering } from './lowering.js';
import { pointwise } from './pointwise.js';

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

/** Kernels that treat every element alike. */
export const ELEMENTWISE: Readonly<Record<string, LowerKernel>> = {
  ...Object.fromEntries(
    Object.entries({ ...UNARY, ...BINARY }).map(([kernel, opType]) => [
      kernel,
      pointwise((operands, lowering) => lowering.node(opType, operands)),
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
  Cast: pointwise(([x], lowering, { outputs }) =>
    lowering.node('Cast', [x!], { to: ONNX_ELEMENT_TYPES[outputs[0]!.dtype] }),
  ),
  Log1p: pointwise(([x], lowering) => lowering.node('Log', [lowering.node('Add', [x!, one(lowering)])])),
  NotEqual: pointwise((operands, lowering) => lowering.node('Not', [lowering.node('Equal', operands)])),
  // max(0, min(1, x·3.4e38)): 0 for 0 and 1 for every positive number but the denormal ones, in one vectorised pass
  // where Sign, or a comparison and a cast, take two to five times as long.
  PositiveMask: pointwise(([x], lowering) =>
    lowering.node('HardSigmoid', [x!], { alpha: { float: 3.4e38 }, beta: { float: 0 } }),
  ),
  Rsqrt: pointwise(([x], lowering) => lowering.node('Div', [one(lowering), lowering.node('Sqrt', [x!])])),
  Select: pointwise((operands, lowering) => lowering.node('Where', operands)),
  SquaredDifference: pointwise((operands, lowering) => {
    const difference = lowering.node('Sub', operands);
    return lowering.node('Mul', [difference, difference]);
  }),
};

function one(lowering: Lowering): string {
  return lowering.constant('float32', [], [1]);
}
