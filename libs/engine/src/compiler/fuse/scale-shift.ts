import { topologicalOrder, type Graph, type GraphBuilder, type Value } from '../graph.js';
import { rebuildGraph } from '../rebuild-graph.js';

/** Pixels from which on one pass more costs more than setting up a convolution. */
const LEAST_PIXELS = 256;

/**
 * Joins x · scale + shift, the end of a batch normalisation and of its gradient, into one operation: a 1x1 convolution
 * of every channel by itself reads and writes the feature map once where a product and a sum do it twice, and
 * onnxruntime joins a ReLU behind it to it.
 */
export function fuseScaleShift(graph: Graph, builder: GraphBuilder): Graph {
  const uses = new Map<Value, number>();
  const count = (value: Value): unknown => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const { inputs } of topologicalOrder(Object.values(graph.outputs))) inputs.forEach(count);
  Object.values(graph.outputs).forEach(count);

  return rebuildGraph(graph, builder, ({ kernel, inputs, outputs, scope }, renewed) => {
    if (kernel !== 'Add') return undefined;
    const output = outputs[0]!;
    const [, height, width, channels] = output.shape;
    if (output.shape.length !== 4 || height! * width! < LEAST_PIXELS) return undefined;
    const perChannel = (value: Value): boolean =>
      value.dtype === 'float32' && value.shape.length === 1 && value.shape[0] === channels;
    const [product, shift] = perChannel(inputs[1]!) ? inputs : [inputs[1], inputs[0]];
    if (!perChannel(shift!) || product!.operation.kernel !== 'Multiply' || uses.get(product!) !== 1)
      return undefined;
    const factors = product!.operation.inputs;
    const [x, scale] = perChannel(factors[1]!) ? factors : [factors[1], factors[0]];
    if (!perChannel(scale!) || x!.shape.join() !== output.shape.join()) return undefined;
    return builder.operation('ScaleShift', [x!, scale!, shift!].map(renewed), {}, [output], scope);
  });
}
