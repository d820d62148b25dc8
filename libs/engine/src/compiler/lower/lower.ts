import { OUTPUT_PREFIX, STATE_SUFFIX, topologicalOrder, type Graph } from '../graph.js';
import { physicalShape, stateLayout, type Layout } from '../layout.js';
import type { OnnxModel, OnnxTensor, OnnxType } from '../onnx-model.js';
import { unsupportedKernel } from '../record/shapes.js';
import { CONVOLUTION } from './convolution.js';
import { ELEMENTWISE } from './elementwise.js';
import { Lowering, type LowerKernel } from './lowering.js';
import { POOLING } from './pooling.js';
import { REDUCTION } from './reduction.js';
import { SHAPE } from './shape.js';

const KERNELS: Readonly<Record<string, LowerKernel>> = {
  ...CONVOLUTION,
  ...ELEMENTWISE,
  ...POOLING,
  ...REDUCTION,
  ...SHAPE,
};

/**
 * Third and fourth stage of the compiler: picks a physical layout for every value and turns each operation into
 * ONNX nodes. State inputs and outputs are in {@link stateLayout}, all others in the model's own order.
 *
 * @param stateNames names of the graph inputs that are state
 */
export function lower(graph: Graph, stateNames: ReadonlySet<string>): OnnxModel {
  const operations = topologicalOrder(Object.values(graph.outputs));
  const lowering = new Lowering(operations);
  const inputs: OnnxTensor[] = [];
  for (const [name, value] of Object.entries(graph.inputs)) {
    const layout: Layout = stateNames.has(name) ? stateLayout(value.shape) : 'plain';
    inputs.push({ name, dtype: value.dtype as OnnxType, shape: physicalShape(value.shape, layout) });
    lowering.place(value, name, layout);
  }
  for (const operation of operations) {
    if (operation.kernel === 'Input') continue;
    const lowerKernel = KERNELS[operation.kernel];
    if (lowerKernel === undefined) throw unsupportedKernel(operation.kernel, operation.scope);
    lowering.enter(operation);
    lowerKernel(operation, lowering);
  }
  const outputs: OnnxTensor[] = [];
  for (const [name, value] of Object.entries(graph.outputs)) {
    const layout: Layout = name.endsWith(STATE_SUFFIX) ? stateLayout(value.shape) : 'plain';
    // An output of its own for every name: two names may stand for one value, and an input may be handed through.
    const outputName = OUTPUT_PREFIX + name;
    lowering.nodes.push({
      name: outputName,
      opType: 'Identity',
      inputs: [lowering.get(value, layout)],
      outputs: [outputName],
      attributes: {},
    });
    const shape = physicalShape(value.shape, layout);
    outputs.push({ name: outputName, dtype: value.dtype as OnnxType, shape });
  }
  return { name: graph.name, nodes: lowering.nodes, inputs, outputs, initializers: lowering.initializers };
}
