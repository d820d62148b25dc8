import { topologicalOrder, type Graph, type GraphBuilder, type Operation, type Value } from '../graph.js';
import { GRADIENT_SUFFIX } from '../record/gradient-scope.js';
import { dataMaps } from './data-maps.js';
import { gradientsInTurn } from './gradients-in-turn.js';
import { rebuild, rebuildGraph } from '../rebuild-graph.js';

/** Scopes of operations whose forward pass is one stretch: what it hands on is kept, what is within it is not. */
export type Segment = readonly string[];

/**
 * Optional stage of the compiler, activation checkpointing: the gradient of a segment does not read the feature maps
 * of the forward pass but those of a second pass through the segment, made when the gradient gets there. In between,
 * only what other operations read stays in memory. The numbers are the same ones.
 *
 * Vectors (statistics of a batch, gates) and whatever is made of weights alone are always kept.
 */
export function recompute(
  graph: Graph,
  builder: GraphBuilder,
  stateNames: ReadonlySet<string>,
  segments: readonly Segment[],
): Graph {
  if (segments.length === 0) return graph;
  const recomputed = segments.reduce(
    (current, scopes) => recomputeSegment(current, builder, stateNames, new Set(scopes)),
    graph,
  );
  return gradientsInTurn(recomputed, builder);
}

function recomputeSegment(
  graph: Graph,
  builder: GraphBuilder,
  stateNames: ReadonlySet<string>,
  scopes: ReadonlySet<string>,
): Graph {
  const order = topologicalOrder(Object.values(graph.outputs));
  const maps = dataMaps(graph, order, stateNames);
  const forward = forwardPass(order, scopes);
  const dropped = droppedMaps(graph, order, maps, forward);
  const arrival = order.findIndex((operation) => arriving(operation, forward, scopes) !== undefined);
  if (arrival < 0 || dropped.size === 0) return graph;
  const trigger = arriving(order[arrival]!, forward, scopes)!;

  const second = new Map<Value, Value>();
  /** A value as the second pass has it. */
  const secondPass = (value: Value): Value => {
    if (!maps.has(value)) return value;
    if (!second.has(value)) {
      const { operation } = value;
      const copy = dropped.has(value)
        ? rebuild(operation, operation.inputs.map(secondPass), builder)
        : builder.operation('After', [value, trigger], {}, [value], operation.scope);
      const outputs = dropped.has(value) ? operation.outputs : [value];
      outputs.forEach((output, i) => second.set(output, copy.outputs[i]!));
    }
    return second.get(value)!;
  };

  const index = new Map(order.map((operation, i) => [operation, i]));
  return rebuildGraph(graph, builder, (operation, renewed) => {
    if (index.get(operation)! < arrival || forward.has(operation)) return undefined;
    const operands = operation.inputs.map((input) => (dropped.has(input) ? secondPass : renewed)(input));
    return rebuild(operation, operands, builder);
  });
}

/**
 * The operations of a segment's forward pass: those in its scopes, and those that they need of the ones named after its
 * gradient - where both compute the same thing, it may bear either name.
 */
function forwardPass(order: readonly Operation[], scopes: ReadonlySet<string>): Set<Operation> {
  const forward = new Set<Operation>();
  const needed = new Set<Operation>();
  for (const operation of [...order].reverse()) {
    const shared = needed.has(operation) && scopes.has(operation.scope.replace(GRADIENT_SUFFIX, ''));
    if (!shared && !scopes.has(operation.scope)) continue;
    forward.add(operation);
    operation.inputs.forEach((input) => needed.add(input.operation));
  }
  return forward;
}

/** The feature maps of a forward pass that nothing reads but the pass itself and gradients. */
function droppedMaps(
  graph: Graph,
  order: readonly Operation[],
  maps: ReadonlySet<Value>,
  forward: ReadonlySet<Operation>,
): Set<Value> {
  const kept = new Set(Object.values(graph.outputs));
  for (const operation of order) {
    if (forward.has(operation) || operation.scope.endsWith(GRADIENT_SUFFIX)) continue;
    operation.inputs.forEach((input) => kept.add(input));
  }
  const candidates = order
    .filter((operation) => forward.has(operation))
    .flatMap(({ outputs }) => outputs.filter((output) => maps.has(output) && !kept.has(output)));
  return new Set(candidates);
}

/** The gradient that an operation of the segment's gradient gets from behind the segment. */
function arriving(
  { scope, inputs }: Operation,
  forward: ReadonlySet<Operation>,
  scopes: ReadonlySet<string>,
): Value | undefined {
  if (!isGradientOf(scope, scopes)) return undefined;
  return inputs.find(
    ({ operation }) =>
      !forward.has(operation) &&
      !isGradientOf(operation.scope, scopes) &&
      (operation.scope === '' || operation.scope.endsWith(GRADIENT_SUFFIX)) &&
      operation.inputs.length > 0,
  );
}

function isGradientOf(scope: string, scopes: ReadonlySet<string>): boolean {
  return scope.endsWith(GRADIENT_SUFFIX) && scopes.has(scope.slice(0, -GRADIENT_SUFFIX.length));
}
