import type { tf } from '../tf.js';

/** Element types inside a graph: those of a program and the result of comparisons. */
export type GraphType = 'float32' | 'int32' | 'bool';

/** One tensor of a graph: an output of an operation. Shapes are logical, as the model code sees them (NHWC, HWIO). */
export interface Value {
  readonly id: number;
  readonly dtype: GraphType;
  readonly shape: readonly number[];
  readonly operation: Operation;
}

export type Attributes = Readonly<Record<string, unknown>>;

/**
 * One tfjs kernel call, or one of six that tfjs has no kernel for: `Input` (attribute `name`), `Constant`
 * (attribute `value`: the one number that all its elements have), `Expand` (broadcast
 * to `shape`), `PositiveMask` (1 where a non-negative input is positive), `After` (the first input, not to be had
 * before the second) and `ScaleShift` (x · scale + shift, the latter two a number for each channel). In graphs for export
 * a `Conv2D` may have a third input, its bias.
 */
export interface Operation {
  readonly kernel: string;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** Where in the model it was made, e.g. `left/conv1_1`. */
  readonly scope: string;
}

/** A recorded program. Operations are reached from the outputs; there is no separate list to keep in step. */
export interface Graph {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Value>>;
  /** Named results; state updates are named like the input they replace, with {@link STATE_SUFFIX}. */
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Marks a graph output as the next value of a state input. */
export const STATE_SUFFIX = "'";

/** Begins the ONNX names of graph outputs: inputs may have the same names, and ONNX has one set of names for both. */
export const OUTPUT_PREFIX = 'output/';

export interface TensorLike {
  readonly dtype: GraphType;
  readonly shape: readonly number[];
}

/** Makes operations with fresh value ids. */
export class GraphBuilder {
  #nextId = 0;

  operation(
    kernel: string,
    inputs: readonly Value[],
    attributes: Attributes,
    outputs: readonly TensorLike[],
    scope: string,
  ): Operation {
    const made: { -readonly [K in keyof Operation]: Operation[K] } = {
      kernel,
      inputs,
      attributes,
      outputs: [],
      scope,
    };
    made.outputs = outputs.map(({ dtype, shape }) => ({
      id: this.#nextId++,
      dtype,
      shape,
      operation: made,
    }));
    return made;
  }

  /** An operation with one output, as that output. */
  value(
    kernel: string,
    inputs: readonly Value[],
    attributes: Attributes,
    output: TensorLike,
    scope: string,
  ): Value {
    return this.operation(kernel, inputs, attributes, [output], scope).outputs[0]!;
  }
}

/** Operations needed for the outputs, every one after those it reads. */
export function topologicalOrder(outputs: Iterable<Value>): Operation[] {
  const order: Operation[] = [];
  const state = new Map<Operation, 'open' | 'done'>();
  const stack: Operation[] = [...outputs].map((value) => value.operation).reverse();
  while (stack.length > 0) {
    const operation = stack[stack.length - 1]!;
    if (state.get(operation) === undefined) {
      state.set(operation, 'open');
      for (const input of [...operation.inputs].reverse()) {
        if (!state.has(input.operation)) stack.push(input.operation);
      }
    } else {
      stack.pop();
      if (state.get(operation) === 'open') {
        state.set(operation, 'done');
        order.push(operation);
      }
    }
  }
  return order;
}

/** The number every element of a value has, if that is known at compile time. */
export function uniformValue(value: Value): number | undefined {
  const { kernel, attributes } = value.operation;
  return kernel === 'Constant' ? (attributes['value'] as number | undefined) : undefined;
}

/** A graph type for a tfjs dtype. */
export function graphType(dtype: tf.DataType): GraphType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TypeError(`tensors of type ${dtype} cannot be traced`);
}
