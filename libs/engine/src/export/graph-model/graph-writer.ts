import { float32, int32, type HostTensor, type HostTensors } from '../../host-tensor.js';
import type { Operation, Value } from '../../compiler/graph.js';
import { freeName } from '../free-name.js';
import { FLOAT, type GraphAttributes, type NodeDef } from './node-def.js';

/** How one tfjs kernel becomes nodes of a graph model. */
export type WriteKernel = (operation: Operation, writer: GraphWriter) => void;

/** Collects the nodes of a graph model and their weights, and knows which node gives each graph value. */
export class GraphWriter {
  readonly nodes: NodeDef[] = [];
  /** Values of the `Const` nodes, by name. */
  readonly weights: HostTensors = {};
  /** Turns the batch that a graph was recorded with into -1, where it is to be left open. */
  readonly open: (shape: readonly number[]) => number[];
  readonly #taken: Record<string, true> = {};
  readonly #names = new Map<Value, string>();
  readonly #constants = new Map<string, string>();
  #prefix = '';

  constructor(open: (shape: readonly number[]) => number[]) {
    this.open = open;
  }

  /** Nodes made from now on are named after this operation. */
  enter({ scope, kernel }: Operation): void {
    this.#prefix = scope === '' ? kernel : `${scope}/${kernel}`;
  }

  /** Appends a node and returns its name. */
  node(
    op: string,
    input: readonly string[],
    attr: GraphAttributes = {},
    name = freeName(`${this.#prefix}/${op}`, this.#taken),
  ): string {
    this.#taken[name] = true;
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** Appends a `Const` node of that name, which must be free. */
  weight(name: string, value: HostTensor): string {
    this.weights[name] = value;
    return this.node('Const', [], { dtype: value.dtype === 'int32' ? { type: 'DT_INT32' } : FLOAT }, name);
  }

  /** A constant; equal ones are shared. */
  constant(value: HostTensor): string {
    const key = `${value.dtype}[${value.shape.join()}]:${value.data.join()}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      name = this.weight(freeName('constant', this.#taken), value);
      this.#constants.set(key, name);
    }
    return name;
  }

  /** An int32 vector, the form in which axes, shapes and sizes come. */
  integers(values: readonly number[]): string {
    return this.constant(int32([values.length], values));
  }

  integer(value: number): string {
    return this.constant(int32([], [value]));
  }

  number(value: number): string {
    return this.constant(float32([], [value]));
  }

  place(value: Value, name: string): void {
    this.#names.set(value, name);
  }

  /** The node that gives a value. */
  get(value: Value): string {
    const name = this.#names.get(value);
    if (name === undefined)
      throw new Error(`value ${value.id} (${value.operation.kernel}) is not written yet`);
    return name;
  }
}
