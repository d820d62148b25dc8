import { TaskweaveError } from '@taskweave/common';
import { tf } from '../../tf.js';
import type { Attributes, GraphType, TensorLike, Value } from '../graph.js';

/** Works out what a kernel returns from what it is given. Inputs come in the order of {@link KERNEL_INPUTS}. */
type ShapeRule = (inputs: readonly Value[], attributes: Attributes) => TensorLike[];

interface KernelRule {
  /** Names of the kernel's inputs, in the order the graph keeps them; absent for a list (`Concat`). */
  readonly inputs: readonly string[] | 'list';
  readonly shape: ShapeRule;
}

const like = (value: Value, dtype: GraphType = value.dtype): TensorLike[] => [{ dtype, shape: value.shape }];
const unary: KernelRule = { inputs: ['x'], shape: ([x]) => like(x!) };
const binary = (dtype?: GraphType): KernelRule => ({
  inputs: ['a', 'b'],
  shape: ([a, b]) => [
    {
      dtype: dtype ?? a!.dtype,
      shape: tf.broadcast_util.assertAndGetBroadcastShape([...a!.shape], [...b!.shape]),
    },
  ],
});

/** Axes of a reduction, sorted and non-negative. */
export function reductionAxes(attributes: Attributes, rank: number): number[] {
  const axis = (attributes['axis'] ?? attributes['reductionIndices'] ?? null) as number | number[] | null;
  if (axis === null) return Array.from({ length: rank }, (_, i) => i);
  return [axis]
    .flat()
    .map((a) => (a < 0 ? a + rank : a))
    .sort((a, b) => a - b);
}

const reduction = (dtype?: GraphType): KernelRule => ({
  inputs: ['x'],
  shape: ([x], attributes) => {
    const axes = new Set(reductionAxes(attributes, x!.shape.length));
    const keep = attributes['keepDims'] === true;
    const shape = x!.shape.flatMap((size, axis) => (axes.has(axis) ? (keep ? [1] : []) : [size]));
    return [{ dtype: dtype ?? x!.dtype, shape }];
  },
});

/** Geometry of a 2-D convolution; shapes NHWC and HWIO. */
export function convolutionInfo(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes['strides'] as [number, number],
    (attributes['dilations'] as [number, number] | undefined) ?? [1, 1],
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
  );
}

/** Geometry of a 2-D pool; shape NHWC. */
export function poolInfo(inputShape: readonly number[], attributes: Attributes): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computePool2DInfo(
    inputShape as [number, number, number, number],
    attributes['filterSize'] as [number, number],
    attributes['strides'] as [number, number],
    1,
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | undefined,
  );
}

const shapeOf = (attributes: Attributes, key: string): number[] => attributes[key] as number[];

const convolution: KernelRule = {
  inputs: ['x', 'filter'],
  shape: ([x, filter], attributes) => [
    { dtype: 'float32', shape: convolutionInfo(x!.shape, filter!.shape, attributes).outShape },
  ],
};

/** What the trace backend knows about each tfjs kernel it can record. */
export const KERNEL_RULES: Readonly<Record<string, KernelRule>> = {
  ...Object.fromEntries(
    [
      ...[
        'Abs',
        'Exp',
        'Log',
        'Log1p',
        'Neg',
        'Relu',
        'Rsqrt',
        'Sigmoid',
        'Sign',
        'Softplus',
        'Sqrt',
        'Square',
      ],
      ...['Tanh', 'Step', 'LogicalNot', 'Reciprocal'],
    ].map((kernel) => [kernel, unary]),
  ),
  ...Object.fromEntries(
    ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'].map((kernel) => [
      kernel,
      binary(),
    ]),
  ),
  ...Object.fromEntries(
    ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'].map(
      (kernel) => [kernel, binary('bool')],
    ),
  ),
  Identity: unary,
  Cast: { inputs: ['x'], shape: ([x], attributes) => like(x!, attributes['dtype'] as GraphType) },
  ZerosLike: unary,
  OnesLike: unary,
  Fill: {
    inputs: [],
    shape: (_, attributes) => [
      {
        dtype: (attributes['dtype'] as GraphType | undefined) ?? 'float32',
        shape: shapeOf(attributes, 'shape'),
      },
    ],
  },
  Select: { inputs: ['condition', 't', 'e'], shape: ([, t]) => like(t!) },
  Sum: reduction(),
  Mean: reduction(),
  Max: reduction(),
  Min: reduction(),
  Softmax: { inputs: ['logits'], shape: ([x]) => like(x!) },
  LogSoftmax: { inputs: ['logits'], shape: ([x]) => like(x!) },
  Reshape: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      {
        dtype: x!.dtype,
        shape: tf.util.inferFromImplicitShape(
          shapeOf(attributes, 'shape'),
          tf.util.sizeFromShape([...x!.shape]),
        ),
      },
    ],
  },
  ExpandDims: {
    inputs: ['input'],
    shape: ([x], attributes) => {
      const dim = attributes['dim'] as number;
      const shape = [...x!.shape];
      shape.splice(dim < 0 ? shape.length + dim + 1 : dim, 0, 1);
      return [{ dtype: x!.dtype, shape }];
    },
  },
  Transpose: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      { dtype: x!.dtype, shape: shapeOf(attributes, 'perm').map((axis) => x!.shape[axis]!) },
    ],
  },
  Tile: {
    inputs: ['x'],
    shape: ([x], attributes) => [
      { dtype: x!.dtype, shape: x!.shape.map((size, axis) => size * shapeOf(attributes, 'reps')[axis]!) },
    ],
  },
  Concat: {
    inputs: 'list',
    shape: (inputs, attributes) => {
      const axis = attributes['axis'] as number;
      const shape = [...inputs[0]!.shape];
      shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
      return [{ dtype: inputs[0]!.dtype, shape }];
    },
  },
  SplitV: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const axis = attributes['axis'] as number;
      const sizes = tf.backend_util.prepareSplitSize(
        { shape: [...x!.shape] } as tf.Tensor,
        attributes['numOrSizeSplits'] as number[] | number,
        axis,
      );
      return sizes.map((size) => ({
        dtype: x!.dtype,
        shape: x!.shape.map((s, i) => (i === axis ? size : s)),
      }));
    },
  },
  Slice: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const begin = shapeOf(attributes, 'begin');
      const shape = shapeOf(attributes, 'size').map((size, axis) =>
        size < 0 ? x!.shape[axis]! - begin[axis]! : size,
      );
      return [{ dtype: x!.dtype, shape }];
    },
  },
  PadV2: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const paddings = attributes['paddings'] as [number, number][];
      return [
        {
          dtype: x!.dtype,
          shape: x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]),
        },
      ];
    },
  },
  OneHot: {
    inputs: ['indices'],
    shape: ([x], attributes) => [
      {
        dtype: (attributes['dtype'] as GraphType | undefined) ?? 'int32',
        shape: [...x!.shape, attributes['depth'] as number],
      },
    ],
  },
  BatchMatMul: {
    inputs: ['a', 'b'],
    shape: ([a, b], attributes) => {
      const rows = a!.shape.at(attributes['transposeA'] === true ? -1 : -2)!;
      const columns = b!.shape.at(attributes['transposeB'] === true ? -2 : -1)!;
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(
        a!.shape.slice(0, -2),
        b!.shape.slice(0, -2),
      );
      return [{ dtype: 'float32', shape: [...batch, rows, columns] }];
    },
  },
  Conv2D: convolution,
  Conv2DBackpropInput: {
    inputs: ['dy', 'filter'],
    shape: (_, attributes) => [{ dtype: 'float32', shape: shapeOf(attributes, 'inputShape') }],
  },
  Conv2DBackpropFilter: {
    inputs: ['x', 'dy'],
    shape: (_, attributes) => [{ dtype: 'float32', shape: shapeOf(attributes, 'filterShape') }],
  },
  MaxPool: {
    inputs: ['x'],
    shape: ([x], attributes) => [{ dtype: 'float32', shape: poolInfo(x!.shape, attributes).outShape }],
  },
  MaxPoolGrad: { inputs: ['dy', 'input', 'output'], shape: ([, input]) => like(input!) },
};

/** Refuses a kernel that cannot be recorded, naming it and the place in the model. */
export function unsupportedKernel(kernel: string, scope: string): TaskweaveError {
  return new TaskweaveError({
    code: 'TRACE_UNSUPPORTED',
    message: `The op ${kernel} cannot be traced.`,
    subject: scope === '' ? 'program' : scope,
    expected: `one of ${Object.keys(KERNEL_RULES).sort().join(', ')}`,
    action: 'Write the model with these ops, or run it with the engine "cpu" or "tensorflow".',
  });
}
