import { OUTPUT_PREFIX, STATE_SUFFIX, topologicalOrder, type Graph } from '../graph.js';
import { physicalShape, stateLayout, type Layout } from '../layout.js';
import type { OnnxModel, OnnxTensor, OnnxType } from '../onnx-model.js';
import { unsupportedKernel } from '../record/shapes.js';
import { AFTER } from './after.js';
import { CONVOLUTION } from './convolution.js';
import { ELEMENTWISE } from './elementwise.js';
import { FUNCTIONS } from './functions.js';
import { GATHER } from './gather.js';
import { GROUPED_CONVOLUTION } from './grouped-convolution.js';
import { Lowering, type LowerKernel } from './lowering.js';
import { MIRROR } from './mirror.js';
import { OutputNames } from './output-names.js';
import { POOLING } from './pooling.js';
import { RANDOM } from './random.js';
import { REDUCTION } from './reduction.js';
import { RESIZE } from './resize.js';
import { SCAN } from './scan.js';
import { SCALE_SHIFT } from './scale-shift.js';
import { SELECTION } from './selection.js';
import { SHAPE } from './shape.js';

/** How every kernel of a graph is lowered. */
export const LOWERINGS: Readonly<Record<string, LowerKernel>> = {
  ...AFTER,
  ...CONVOLUTION,
  ...ELEMENTWISE,
  ...FUNCTIONS,
  ...GATHER,
  ...GROUPED_CONVOLUTION,
  ...MIRROR,
  ...POOLING,
  ...RANDOM,
  ...REDUCTION,
  ...RESIZE,
  ...SCAN,
  ...SCALE_SHIFT,
  ...SELECTION,
  ...SHAPE,
};

/**
 * Last but one stage of the compiler: picks a physical layout for every value and turns each operation into
 * ONNX nodes. State inputs and outputs are in {@link stateLayout}, all others in the model's own order. Inputs that no
 * node reads are left out.
 *
 * @param stateNames names of the graph inputs that are state
 * @param fetched names of further outputs in the layout of state
 */
export function lower(
  graph: Graph,
  stateNames: ReadonlySet<string>,
  fetched: ReadonlySet<string>,
): OnnxModel {
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
    const lowerKernel = LOWERINGS[operation.kernel];
    if (lowerKernel === undefined) throw unsupportedKernel(operation.kernel, operation.scope);
    lowering.enter(operation);
    lowerKernel(operation, lowering);
  }
  const outputs: OnnxTensor[] = [];
  const names = new OutputNames(lowering.nodes);
  for (const [name, value] of Object.entries(graph.outputs)) {
    const isState = name.endsWith(STATE_SUFFIX) || fetched.has(name);
    const layout: Layout = isState ? stateLayout(value.shape) : 'plain';
    const outputName = OUTPUT_PREFIX + name;
    names.assign(lowering.get(value, layout), outputName);
    const shape = physicalShape(value.shape, layout);
    outputs.push({ name: outputName, dtype: value.dtype as OnnxType, shape });
  }
  const nodes = names.apply();
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return {
    name: graph.name,
    nodes,
    inputs: inputs.filter(({ name }) => used.has(name)),
    outputs,
    initializers: lowering.initializers,
    declared: lowering.declared,
    disabledOptimizers: [...lowering.disabledOptimizers],
  };
}
