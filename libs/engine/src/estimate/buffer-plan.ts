import type { OnnxModel } from '../compiler/onnx-model.js';
import type { NodeLinks } from './optimized-nodes.js';
import type { TensorSizes } from './tensor-shapes.js';

/** Operators whose output is their first input under another shape. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** Kernels that write over their input when nobody needs it any more: on the CPU, activations only (measured). */
const IN_PLACE = new Set([
  ...['Relu', 'Sigmoid', 'HardSigmoid', 'Tanh', 'Softplus', 'Clip', 'Softmax', 'LogSoftmax'],
]);

/** A model as far as the life of its tensors goes. */
export type ModelGraph = Pick<OnnxModel, 'inputs' | 'outputs' | 'initializers'> & {
  readonly nodes: readonly NodeLinks[];
};

/** What a node's execution begins and ends. Buffers go by the name of the first tensor in them. */
export interface BufferStep {
  readonly allocated: readonly string[];
  readonly released: readonly string[];
}

/**
 * Which buffers the nodes need when they run in order, as onnxruntime plans it: a tensor takes over the buffer of one of
 * the same shape that is dead by then, and such a buffer is kept in between. So more memory is held than tensors are
 * alive. Inputs, outputs and constants are not planned for; they belong to the caller.
 */
export function planBuffers(
  { nodes, inputs, outputs, initializers }: ModelGraph,
  sizes: TensorSizes,
): BufferStep[] {
  const foreign = new Set([...inputs, ...outputs, ...initializers].map(({ name }) => name));
  const results = new Set(outputs.map(({ name }) => name));
  const buffers = new Map<string, string>();
  const bufferOf = (name: string): string => buffers.get(name) ?? name;
  const kind = (name: string): string => `${sizes.bytes(name)} ${(sizes.shapes.get(name) ?? []).join()}`;
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap((node) => node.inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const dead = new Map<string, string[]>();

  /** The buffer that a tensor is put in, if it is not one of its own. */
  const reused = ({ opType, inputs: [input] }: NodeLinks, name: string): string | undefined => {
    const operand = bufferOf(input ?? '');
    if (VIEWS.has(opType)) return operand;
    const lastUse = uses.get(operand) === 1 && !foreign.has(operand);
    if (IN_PLACE.has(opType) && lastUse && kind(input!) === kind(name)) return operand;
    return (sizes.shapes.get(name) ?? []).length === 0 ? undefined : dead.get(kind(name))?.pop();
  };
  const retire = (buffer: string): void => {
    if (uses.get(buffer) !== 0 || foreign.has(buffer)) return;
    const alike = dead.get(kind(buffer)) ?? [];
    dead.set(kind(buffer), [...alike, buffer]);
  };

  const lastNode = new Map<string, number>();
  const allocated = nodes.map((node, index) => {
    const made: string[] = [];
    for (const name of node.outputs) {
      if (name === '' || results.has(name)) continue;
      const buffer = reused(node, name) ?? name;
      buffers.set(name, buffer);
      if (buffer === name) made.push(name);
      uses.set(buffer, (buffer === name ? 0 : (uses.get(buffer) ?? 0)) + (uses.get(name) ?? 0));
      lastNode.set(buffer, index);
    }
    for (const name of node.inputs) {
      if (name === '') continue;
      const buffer = bufferOf(name);
      uses.set(buffer, (uses.get(buffer) ?? 0) - 1);
      lastNode.set(buffer, index);
      retire(buffer);
    }
    for (const name of node.outputs) {
      if (name !== '' && !node.inputs.some((input) => bufferOf(input) === bufferOf(name))) {
        retire(bufferOf(name));
      }
    }
    return made;
  });
  const released: string[][] = nodes.map(() => []);
  for (const buffer of allocated.flat()) released[lastNode.get(buffer)!]!.push(buffer);
  return allocated.map((names, index) => ({ allocated: names, released: released[index]! }));
}
