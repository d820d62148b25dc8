import { emit } from '../compiler/emit.js';
import { OUTPUT_PREFIX, topologicalOrder, type Operation, type Value } from '../compiler/graph.js';
import { rebuildGraph } from '../compiler/rebuild-graph.js';
import { createSession } from '../engines/onnx-session.js';
import { OnnxState } from '../engines/onnx-state.js';
import type { HostTensor, HostTensors } from '../host-tensor.js';
import { freeName } from './free-name.js';
import { lowered, type TrainedGraph } from './trained-graph.js';

/** Computes what depends on weights alone; the results are further weights, named after the scope they come from. */
export async function foldConstants(trained: TrainedGraph): Promise<TrainedGraph> {
  const { graph, builder, parameters } = trained;
  const frontier = constantFrontier(trained);
  if (frontier.length === 0) return trained;
  const values = await evaluate(trained, frontier);
  const names = new Map<Operation, string>();
  const folded: HostTensors = { ...parameters };
  frontier.forEach(({ operation }, i) => {
    const name = freeName(`${operation.scope === '' ? 'weights' : operation.scope}/folded`, folded);
    names.set(operation, name);
    folded[name] = values[i]!;
  });
  const inputs = { ...graph.inputs };
  const replaced = rebuildGraph(graph, builder, (operation) => {
    const name = names.get(operation);
    if (name === undefined) return undefined;
    const input = builder.operation('Input', [], { name }, operation.outputs, operation.scope);
    inputs[name] = input.outputs[0]!;
    return input;
  });
  return { builder, parameters: folded, graph: { ...replaced, inputs } };
}

/** Float values that are computed from weights alone and read by something that is not. */
function constantFrontier({ graph, parameters }: TrainedGraph): Value[] {
  const constant = new Set<Value>();
  const frontier = new Set<Value>();
  const isComputed = ({ dtype, operation: { kernel } }: Value): boolean =>
    dtype === 'float32' && kernel !== 'Input' && kernel !== 'Constant';
  for (const { kernel, inputs, outputs, attributes } of topologicalOrder(Object.values(graph.outputs))) {
    const known =
      kernel === 'Input'
        ? (attributes['name'] as string) in parameters
        : outputs.length === 1 && inputs.every((input) => constant.has(input));
    if (known) constant.add(outputs[0]!);
    else inputs.filter((input) => constant.has(input) && isComputed(input)).forEach((x) => frontier.add(x));
  }
  return [...frontier];
}

async function evaluate(
  { graph, builder, parameters }: TrainedGraph,
  values: readonly Value[],
): Promise<HostTensor[]> {
  const outputs = Object.fromEntries(values.map((value, i) => [String(i), value]));
  const model = lowered({ graph: { ...graph, outputs }, builder, parameters });
  const session = await createSession(
    { model, bytes: emit(model), updates: [] },
    { device: 'cpu', threads: 1 },
  );
  try {
    const read = model.inputs.map(({ name }) => [name, parameters[name]!] as const);
    const state = new OnnxState(Object.fromEntries(read), 'cpu');
    const results = await session.run(
      Object.fromEntries(model.inputs.map(({ name }) => [name, state.current(name)])),
    );
    return values.map(({ shape }, i) => ({
      dtype: 'float32',
      shape,
      data: results[`${OUTPUT_PREFIX}${i}`]!.data as Float32Array,
    }));
  } finally {
    await session.release();
  }
}
