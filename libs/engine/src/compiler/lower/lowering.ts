import type { Operation, Value } from '../graph.js';
import { permutation, physicalShape, sameOrder, transposition, type Layout } from '../layout.js';
import type { OnnxAttribute, OnnxInitializer, OnnxNode, OnnxTensor, OnnxType } from '../onnx-model.js';

/** How one tfjs kernel becomes ONNX nodes. */
export type LowerKernel = (operation: Operation, lowering: Lowering) => void;

interface Placed {
  readonly name: string;
  readonly layout: Layout;
}

/** Collects the nodes of a model and knows, for every graph value, its ONNX tensor and its physical layout. */
export class Lowering {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly declared: OnnxTensor[] = [];
  readonly disabledOptimizers = new Set<string>();
  /** Pools whose gradient the graph takes, and where their maxima lie: the gradient goes to the same elements. */
  readonly differentiatedPools: ReadonlySet<Operation>;
  readonly poolIndices = new Map<Operation, string>();
  readonly #placed = new Map<Value, Map<Layout, string>>();
  readonly #home = new Map<Value, Layout>();
  readonly #constants = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #prefix = '';

  /** @param operations all operations that will be lowered */
  constructor(operations: readonly Operation[]) {
    this.differentiatedPools = new Set(
      operations.filter(({ kernel }) => kernel === 'MaxPoolGrad').map(({ inputs }) => inputs[2]!.operation),
    );
  }

  /** Nodes made from now on are named after this operation. */
  enter(operation: Operation): void {
    this.#prefix = `${operation.scope === '' ? '' : `${operation.scope}/`}${operation.kernel}`;
  }

  /** Appends a node with one output and returns that output's name. */
  node(opType: string, inputs: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string {
    return this.nodeWithOutputs(opType, inputs, 1, attributes)[0]!;
  }

  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: Record<string, OnnxAttribute> = {},
  ): string[] {
    const stem = `${this.#prefix}/${opType}`;
    const count = this.#counts.get(stem) ?? 0;
    this.#counts.set(stem, count + 1);
    const name = count === 0 ? stem : `${stem}_${count}`;
    const outputs = Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    this.nodes.push({ name, opType, inputs, outputs, attributes });
    return outputs;
  }

  /** Tells onnxruntime the shape of a float tensor that depends on values, as far as it can see. */
  declare(name: string, shape: readonly number[]): string {
    this.declared.push({ name, dtype: 'float32', shape });
    return name;
  }

  /** A constant tensor; equal ones are shared. */
  constant(dtype: OnnxType, shape: readonly number[], data: readonly number[]): string {
    const key = `${dtype}[${shape.join()}]:${data.map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `constant_${this.#constants.size}`;
    this.#constants.set(key, name);
    this.initializers.push({ name, dtype, shape, data });
    return name;
  }

  /** An int64 vector, the form in which ONNX wants axes, shapes and sizes. */
  integers(values: readonly number[]): string {
    return this.constant('int64', [values.length], values);
  }

  /** Records under which name and in which layout a value is now to be had. */
  place(value: Value, name: string, layout: Layout = 'plain'): void {
    const names = this.#placed.get(value) ?? new Map<Layout, string>();
    names.set(layout, name);
    this.#placed.set(value, names);
    if (!this.#home.has(value)) this.#home.set(value, layout);
  }

  /** The layout in which a value was computed. */
  layoutOf(value: Value): Layout {
    return this.#home.get(value) ?? 'plain';
  }

  /** The name of a value in a layout, converted (once) where it was computed in another. */
  get(value: Value, layout: Layout = 'plain'): string {
    const names = this.#placed.get(value);
    if (names === undefined)
      throw new Error(`value ${value.id} (${value.operation.kernel}) is not lowered yet`);
    const known = names.get(layout);
    if (known !== undefined) return known;
    const name = this.#convert(
      { name: names.get(this.layoutOf(value))!, layout: this.layoutOf(value) },
      value,
      layout,
    );
    names.set(layout, name);
    return name;
  }

  /** An operand of an element-wise operation whose result has rank 4 and the given layout. */
  operand(value: Value, layout: Layout): string {
    return layout === 'plain' || value.shape.length === 0 ? this.get(value) : this.get(value, layout);
  }

  reshape(name: string, shape: readonly number[]): string {
    return this.node('Reshape', [name, this.integers(shape)]);
  }

  #convert(from: Placed, value: Value, to: Layout): string {
    const rank4 = [...Array<number>(4 - value.shape.length).fill(1), ...value.shape];
    if (sameOrder(rank4, from.layout, to)) {
      return this.reshape(from.name, to === 'plain' ? value.shape : physicalShape(rank4, to));
    }
    const source = value.shape.length === 4 ? from.name : this.reshape(from.name, rank4);
    return this.node('Transpose', [source], { perm: transposition(from.layout, to) });
  }
}

/** Axes that a reduction leaves, in the order of the physical layout. */
export function remainingAxes(layout: Layout, rank: number, reduced: ReadonlySet<number>): number[] {
  return permutation(layout, rank).filter((axis) => !reduced.has(axis));
}
