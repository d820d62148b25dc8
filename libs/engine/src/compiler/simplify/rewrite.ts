import { tf } from '../../tf.js';
import { uniformValue, type GraphBuilder, type Operation, type TensorLike, type Value } from '../graph.js';
import { FOLDS } from './fold.js';

/** Element-wise kernels of two operands: an operand that is only broadcast need not be broadcast beforehand. */
const BROADCASTING = new Set([
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow', 'SquaredDifference'],
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'],
]);

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();

/**
 * A simpler equal of an operation whose inputs are simplified already, or undefined when it is simple enough.
 * Only rewrites that cannot change a bit of the result in the last place are here, apart from the order in which
 * equal constants are folded.
 */
export function rewrite(operation: Operation, builder: GraphBuilder): Value | undefined {
  if (operation.outputs.length !== 1) return undefined;
  const { kernel, inputs, attributes, scope } = operation;
  const output = operation.outputs[0]!;
  const make = (name: string, from: readonly Value[], attrs: object, to: TensorLike): Value =>
    builder.value(name, from, attrs as Record<string, unknown>, to, scope);
  const constant = (value: number, to: TensorLike = output): Value => make('Constant', [], { value }, to);

  switch (kernel) {
    case 'Fill':
      return constant(attributes['value'] as number);
    case 'ZerosLike':
      return constant(0);
    case 'OnesLike':
      return constant(1);
    case 'Identity':
      return inputs[0];
    case 'Cast':
      if (inputs[0]!.dtype === output.dtype) return inputs[0];
      break;
    case 'Reshape':
    case 'ExpandDims':
      if (sameShape(inputs[0]!.shape, output.shape)) return inputs[0];
      if (kernel === 'ExpandDims') return make('Reshape', inputs, { shape: output.shape }, output);
      break;
    case 'Tile':
    case 'Slice':
    case 'Expand':
      if (sameShape(inputs[0]!.shape, output.shape)) return inputs[0];
      break;
    case 'Square':
      return make('Multiply', [inputs[0]!, inputs[0]!], {}, output);
    case 'Step':
      // The forward pass has made the rectified value already; whether that is positive is all a mask needs.
      if ((attributes['alpha'] ?? 0) === 0) {
        return make('PositiveMask', [make('Relu', inputs, {}, output)], {}, output);
      }
      break;
  }

  const values = inputs.map(uniformValue);
  const fold = FOLDS[kernel];
  if (fold !== undefined && values.length > 0 && values.every((value) => value !== undefined)) {
    return constant(fold(...(values as number[])));
  }
  return BROADCASTING.has(kernel) ? rewriteBinary(operation, output, make) : undefined;
}

function rewriteBinary(
  { kernel, inputs }: Operation,
  output: Value,
  make: (kernel: string, from: readonly Value[], attrs: object, to: TensorLike) => Value,
): Value | undefined {
  const [a, b] = inputs as [Value, Value];
  const expanded = (value: Value): Value =>
    sameShape(value.shape, output.shape) ? value : make('Expand', [value], { shape: output.shape }, output);
  if (kernel === 'Multiply') {
    if (uniformValue(a) === 1) return expanded(b);
    if (uniformValue(b) === 1) return expanded(a);
  }
  if (kernel === 'Add' && uniformValue(a) === 0) return expanded(b);
  if ((kernel === 'Add' || kernel === 'Sub') && uniformValue(b) === 0) return expanded(a);
  if (kernel === 'RealDiv' && uniformValue(b) === 1) return expanded(a);

  // Drop a broadcast that the operation itself would do.
  const narrow = (value: Value, other: Value): Value => {
    const { operation } = value;
    const source = operation.kernel === 'Expand' ? operation.inputs[0]! : undefined;
    const shape = source?.shape ?? (uniformValue(value) !== undefined ? [] : undefined);
    if (shape === undefined || sameShape(shape, value.shape)) return value;
    const broadcast = tf.broadcast_util.assertAndGetBroadcastShape([...shape], [...other.shape]);
    if (!sameShape(broadcast, output.shape)) return value;
    return source ?? make('Constant', [], operation.attributes, { dtype: value.dtype, shape: [] });
  };
  const narrowA = narrow(a, b);
  const narrowB = narrow(b, narrowA);
  return narrowA === a && narrowB === b ? undefined : make(kernel, [narrowA, narrowB], {}, output);
}
