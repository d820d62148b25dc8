import type { OnnxModel } from '../compiler/onnx-model.js';
import type { NodeLinks } from './optimized-nodes.js';

/** Operators whose output is their first input under another shape. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** Operators that may write over an operand nobody needs any more. */
const IN_PLACE = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'And', 'Or', 'Not', 'Where'],
  ...[
    'Relu',
    'Sigmoid',
    'HardSigmoid',
    'Tanh',
    'Exp',
    'Log',
    'Sqrt',
    'Neg',
    'Abs',
    'Sign',
    'Softplus',
    'Reciprocal',
  ],
]);

/** A model as far as the life of its tensors goes. */
export type ModelGraph = Pick<OnnxModel, 'inputs' | 'outputs' | 'initializers'> & {
  readonly nodes: readonly NodeLinks[];
};

/**
 * Most bytes of intermediate tensors alive at once when the nodes run in order: a tensor lives from the node that makes
 * it to the last that reads it. Inputs, outputs and constants are not counted; they belong to the caller.
 *
 * @param bytes size of a tensor by name
 */
export function peakBytes(
  { nodes, inputs, outputs, initializers }: ModelGraph,
  bytes: (name: string) => number,
): number {
  const foreign = new Set([...inputs, ...outputs, ...initializers].map(({ name }) => name));
  const buffers = new Map<string, string>();
  const bufferOf = (name: string): string => buffers.get(name) ?? name;
  for (const node of nodes) {
    if (VIEWS.has(node.opType)) buffers.set(node.outputs[0]!, bufferOf(node.inputs[0]!));
  }
  const uses = new Map<string, number>();
  const reads = (node: NodeLinks): Set<string> =>
    new Set(node.inputs.filter((name) => name !== '').map(bufferOf));
  nodes.forEach((node) => {
    for (const buffer of reads(node)) uses.set(buffer, (uses.get(buffer) ?? 0) + 1);
  });
  let live = 0;
  let peak = 0;
  const sizes = new Map<string, number>();
  for (const node of nodes) {
    const dying = [...reads(node)].filter((buffer) => {
      uses.set(buffer, uses.get(buffer)! - 1);
      return uses.get(buffer) === 0 && sizes.has(buffer);
    });
    const made = node.outputs.filter((name) => name !== '' && bufferOf(name) === name && !foreign.has(name));
    const reused = IN_PLACE.has(node.opType)
      ? dying.find((buffer) => sizes.get(buffer) === bytes(made[0] ?? ''))
      : undefined;
    for (const name of made) {
      sizes.set(name, bytes(name));
      live += bytes(name);
    }
    peak = Math.max(peak, live - (reused === undefined ? 0 : sizes.get(reused)!));
    for (const buffer of dying) live -= sizes.get(buffer)!;
    for (const name of made) if (!uses.has(name)) live -= bytes(name);
  }
  return peak;
}
