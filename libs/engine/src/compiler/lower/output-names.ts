import type { OnnxNode } from '../onnx-model.js';

/** Gives tensors the names of model outputs, in place of copies under those names. */
export class OutputNames {
  readonly #nodes: readonly OnnxNode[];
  readonly #produced: ReadonlySet<string>;
  readonly #renamed = new Map<string, string>();
  readonly #copies: OnnxNode[] = [];

  /** @param nodes all nodes of the model, in order */
  constructor(nodes: readonly OnnxNode[]) {
    this.#nodes = nodes;
    this.#produced = new Set(nodes.flatMap(({ outputs }) => outputs));
  }

  /** Makes a tensor the model output of that name. */
  assign(tensor: string, output: string): void {
    // A model input, a constant, and a tensor that is an output already cannot be renamed.
    if (this.#produced.has(tensor) && !this.#renamed.has(tensor)) this.#renamed.set(tensor, output);
    else
      this.#copies.push({
        name: output,
        opType: 'Identity',
        inputs: [tensor],
        outputs: [output],
        attributes: {},
      });
  }

  /** The nodes with all names in place. */
  apply(): OnnxNode[] {
    const rename = (name: string): string => this.#renamed.get(name) ?? name;
    return [...this.#nodes, ...this.#copies].map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }));
  }
}
