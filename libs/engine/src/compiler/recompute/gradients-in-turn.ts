import { topologicalOrder, type Graph, type GraphBuilder, type Value } from '../graph.js';
import { rebuild, rebuildGraph } from '../rebuild-graph.js';

/**
 * Lets the gradient of a convolution go on to the layer before only when that of its filter is done. Left to itself,
 * onnxruntime puts the filters' gradients off to the end, as nothing waits for them, and keeps the feature maps and
 * gradients that they read until then.
 */
export function gradientsInTurn(graph: Graph, builder: GraphBuilder): Graph {
  const filterGradients = new Map<Value, Value>();
  for (const { kernel, inputs, outputs } of topologicalOrder(Object.values(graph.outputs))) {
    if (kernel === 'Conv2DBackpropFilter') filterGradients.set(inputs[1]!, outputs[0]!);
  }
  return rebuildGraph(graph, builder, (operation, renewed) => {
    const [dy, ...others] = operation.inputs;
    const first = operation.kernel === 'Conv2DBackpropInput' ? filterGradients.get(dy!) : undefined;
    if (first === undefined) return undefined;
    const held = builder.value('After', [renewed(dy!), renewed(first)], {}, dy!, operation.scope);
    return rebuild(operation, [held, ...others.map(renewed)], builder);
  });
}
