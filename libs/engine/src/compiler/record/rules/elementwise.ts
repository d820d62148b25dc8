import type { GraphType } from '../../graph.js';
import { binary, each, like, numbers, unary, type KernelRules } from './rule.js';

/** Kernels that treat every element alike, and those that make tensors of one value. */
export const ELEMENTWISE_RULES: KernelRules = {
  ...each(
    [
      ...[
        'Abs',
        'Ceil',
        'ClipByValue',
        'Cos',
        'Elu',
        'Erf',
        'Exp',
        'Expm1',
        'Floor',
        'Identity',
        'LeakyRelu',
      ],
      ...['Log', 'Log1p', 'LogicalNot', 'Neg', 'OnesLike', 'Reciprocal', 'Relu', 'Relu6', 'Round', 'Rsqrt'],
      ...['Selu', 'Sigmoid', 'Sign', 'Sin', 'Softplus', 'Sqrt', 'Square', 'Step', 'Tanh', 'ZerosLike'],
    ],
    unary,
  ),
  ...each(
    [...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Mod', 'Pow', 'SquaredDifference']],
    binary(),
  ),
  ...each(
    ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'],
    binary('bool'),
  ),
  AddN: { inputs: 'list', shape: ([first]) => like(first!) },
  Cast: { inputs: ['x'], shape: ([x], attributes) => like(x!, attributes['dtype'] as GraphType) },
  EluGrad: { inputs: ['dy', 'y'], shape: ([, y]) => like(y!) },
  Fill: {
    inputs: [],
    shape: (_, attributes) => [
      {
        dtype: (attributes['dtype'] as GraphType | undefined) ?? 'float32',
        shape: numbers(attributes, 'shape'),
      },
    ],
  },
  Prelu: { ...binary(), inputs: ['x', 'alpha'] },
  Select: { inputs: ['condition', 't', 'e'], shape: ([, t]) => like(t!) },
};
