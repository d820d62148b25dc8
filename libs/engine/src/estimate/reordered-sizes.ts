import type { NodeLinks } from './optimized-nodes.js';
import type { TensorSizes } from './tensor-shapes.js';

/**
 * Adds the tensors that onnxruntime has put in between on its own: pools run on blocks of channels, so their operand is
 * reordered before and their result after. Such a tensor is as large as what it is made from or turned into, but for
 * channels that fill up a block.
 */
export function withReordered(nodes: readonly NodeLinks[], { shapes, bytes }: TensorSizes): TensorSizes {
  const alike = new Map<string, string>();
  const known = (name: string): boolean => shapes.has(name) || alike.has(name);
  const learn = (name: string | undefined, from: string | undefined): void => {
    if (name === undefined || from === undefined || name === '' || known(name) || !known(from)) return;
    alike.set(name, alike.get(from) ?? from);
  };
  for (const { opType, inputs, outputs } of nodes) {
    if (opType === 'ReorderOutput') learn(inputs[0], outputs[0]);
  }
  for (const { inputs, outputs } of nodes) for (const output of outputs) learn(output, inputs[0]);
  const all = new Map(shapes);
  for (const [name, other] of alike) all.set(name, shapes.get(other)!);
  return { shapes: all, bytes: (name) => bytes(alike.get(name) ?? name) };
}
