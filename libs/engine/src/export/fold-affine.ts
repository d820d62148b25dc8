import { topologicalOrder, type Graph, type Operation, type Value } from '../compiler/graph.js';
import { rebuildGraph } from '../compiler/rebuild-graph.js';
import { float32, type HostTensor, type HostTensors } from '../host-tensor.js';
import { AffineChains, type AffineChain } from './affine-chain.js';
import { freeName } from './free-name.js';
import type { TrainedGraph } from './trained-graph.js';

/**
 * Makes scales and shifts of channels that follow a convolution or a matrix product part of it: its kernel times the
 * scale, and a single shift, its bias. Computed in double precision and rounded once.
 */
export function foldAffine(trained: TrainedGraph): TrainedGraph {
  const { graph, builder } = trained;
  const readers = countReaders(graph);
  const chains = findChains(trained, readers);
  const parameters = unabsorbed(trained.parameters, chains.values(), readers);
  const inputs = { ...graph.inputs };
  const addWeight = (name: string, value: HostTensor): Value => {
    const free = freeName(name, parameters);
    parameters[free] = value;
    return (inputs[free] = builder.value(
      'Input',
      [],
      { name: free },
      { dtype: 'float32', shape: value.shape },
      '',
    ));
  };
  const replaced = rebuildGraph(graph, builder, (operation, renewed) => {
    const chain = chains.get(operation);
    if (chain === undefined) return undefined;
    const { linear, scale, shift } = chain;
    const { kernel, scope, attributes, outputs } = linear;
    const name = nameOf(linear.inputs[1]!);
    const weight = addWeight(name, scaled(trained.parameters[name]!, scale));
    const bias = addWeight(`${name.replace(/\/weight$/, '')}/bias`, float32([shift.length], [...shift]));
    const operands = [renewed(linear.inputs[0]!), weight];
    if (kernel === 'Conv2D')
      return builder.operation(kernel, [...operands, bias], attributes, outputs, scope);
    const product = builder.value(kernel, operands, attributes, outputs[0]!, scope);
    return builder.operation('Add', [product, bias], {}, outputs, scope);
  });
  return { builder, parameters, graph: { ...replaced, inputs } };
}

/** How often each value is read, as an operand or as an output. */
function countReaders({ outputs }: Graph): Map<Value, number> {
  const readers = new Map<Value, number>();
  const count = (value: Value): void => void readers.set(value, (readers.get(value) ?? 0) + 1);
  topologicalOrder(Object.values(outputs)).forEach(({ inputs }) => inputs.forEach(count));
  Object.values(outputs).forEach(count);
  return readers;
}

/** All chains by their last operation. */
function findChains(trained: TrainedGraph, readers: ReadonlyMap<Value, number>): Map<Operation, AffineChain> {
  const finder = new AffineChains(trained, readers);
  const chains = new Map<Operation, AffineChain>();
  const inChain = new Set<Operation>();
  // From the end, so that a chain is met at its last operation first.
  for (const operation of topologicalOrder(Object.values(trained.graph.outputs)).reverse()) {
    const found = inChain.has(operation) ? undefined : finder.endingWith(operation);
    if (found === undefined) continue;
    found.steps.forEach((step) => inChain.add(step));
    chains.set(operation, found.chain);
  }
  return chains;
}

/** Without the weights that chains replace, whose names are free for what replaces them. */
function unabsorbed(
  parameters: HostTensors,
  chains: Iterable<AffineChain>,
  readers: ReadonlyMap<Value, number>,
): HostTensors {
  const replaced = new Set(
    [...chains]
      .flatMap(({ linear, absorbed }) => [linear.inputs[1]!, ...absorbed])
      .filter((value) => value.operation.kernel === 'Input' && readers.get(value) === 1)
      .map(nameOf),
  );
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !replaced.has(name)));
}

function nameOf({ operation }: Value): string {
  return operation.attributes['name'] as string;
}

/** A kernel whose last axes are the channels, each times its scale. */
function scaled({ shape, data }: HostTensor, scale: Float64Array): HostTensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i]! * scale[i % scale.length]!;
  return float32(shape, result);
}
