import type { Graph, Operation, Value } from '../graph.js';

/**
 * The values of rank 4 that depend on an input of rank 4 which is no state: images, feature maps and their gradients,
 * but not kernels, gated or otherwise. They grow with batch and image, and are what memory is needed for.
 *
 * @param order the graph's operations, every one after those it reads
 */
export function dataMaps(
  graph: Graph,
  order: readonly Operation[],
  stateNames: ReadonlySet<string>,
): Set<Value> {
  const dependent = new Set<Value>(
    Object.entries(graph.inputs).flatMap(([name, value]) =>
      value.shape.length === 4 && !stateNames.has(name) ? [value] : [],
    ),
  );
  for (const { inputs, outputs } of order) {
    if (inputs.some((input) => dependent.has(input))) outputs.forEach((output) => dependent.add(output));
  }
  return new Set([...dependent].filter(({ shape }) => shape.length === 4));
}
