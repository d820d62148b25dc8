import { STATE_SUFFIX, uniformValue, type Graph, type Value } from '../graph.js';
import { ExpressionWriter, isElementwise } from './expression.js';
import type { UpdateKernel } from './update-kernel.js';

/** Names of the graph outputs that only update kernels read. */
const FETCH_PREFIX = 'update/';

export interface SplitGraph {
  /** What is left for the graph: the updates' operands in place of the updates. */
  readonly graph: Graph;
  readonly updates: readonly UpdateKernel[];
  /** Outputs of the graph that are handed to updates, in the layout of state. */
  readonly fetched: ReadonlySet<string>;
}

interface Region {
  /** State inputs of full size that the update depends on. */
  readonly state: Set<Value>;
  /** Full-size values and scalars that the graph has to compute for it. */
  readonly leaves: Set<Value>;
}

/**
 * Stage of the compiler for state in host memory: takes the element-wise end of every state update - from the
 * gradient on - out of the graph, to be run as {@link UpdateKernel}s. Updates that are not element-wise stay.
 */
export function splitUpdates(graph: Graph, stateNames: ReadonlySet<string>): SplitGraph {
  const stateInputs = new Map(
    Object.entries(graph.inputs).flatMap(([name, value]) =>
      stateNames.has(name) ? [[value, name] as const] : [],
    ),
  );
  const updates = new Map<string, { value: Value; region: Region }>();
  for (const [name, value] of Object.entries(graph.outputs)) {
    const state = name.endsWith(STATE_SUFFIX) ? name.slice(0, -STATE_SUFFIX.length) : undefined;
    if (state === undefined || value.dtype !== 'float32' || value.shape.length === 0) continue;
    const region = findRegion(value, stateInputs);
    const own = graph.inputs[state];
    // The state tensor itself must be an operand: it is written in place, in the same loop.
    if (region !== undefined && own !== undefined) {
      region.state.add(own);
      updates.set(name, { value, region });
    }
  }
  const groups = groupByState(updates);
  const outputs: Record<string, Value> = {};
  for (const [name, value] of Object.entries(graph.outputs)) if (!updates.has(name)) outputs[name] = value;
  const fetchNames = new Map<Value, string>();
  const kernels = groups.map((names) =>
    writeKernel(names, updates, stateInputs, graph, (leaf) => {
      const name = fetchNames.get(leaf) ?? `${FETCH_PREFIX}${fetchNames.size}`;
      fetchNames.set(leaf, name);
      outputs[name] = leaf;
      return name;
    }),
  );
  return { graph: { ...graph, outputs }, updates: kernels, fetched: new Set(fetchNames.values()) };
}

/** The element-wise operations between state and a result; undefined when the result does not depend on state so. */
function findRegion(result: Value, stateInputs: ReadonlyMap<Value, string>): Region | undefined {
  const depends = new Map<Value, boolean>();
  const dependsOnState = (value: Value): boolean => {
    const known = depends.get(value);
    if (known !== undefined) return known;
    const answer =
      value.shape.join() === result.shape.join() &&
      (stateInputs.has(value) || (isElementwise(value) && value.operation.inputs.some(dependsOnState)));
    depends.set(value, answer);
    return answer;
  };
  if (stateInputs.has(result) || !dependsOnState(result)) return undefined;
  const region: Region = { state: new Set(), leaves: new Set() };
  const visit = (value: Value): void => {
    if (uniformValue(value) !== undefined) return;
    if (stateInputs.has(value) && value.shape.length > 0) region.state.add(value);
    else if (dependsOnState(value)) value.operation.inputs.forEach(visit);
    else if (value.shape.length === 0 && isElementwise(value)) value.operation.inputs.forEach(visit);
    else region.leaves.add(value);
  };
  visit(result);
  return region;
}

/** Updates that share a state tensor run in one loop: none may see what another has written. */
function groupByState(updates: ReadonlyMap<string, { region: Region }>): string[][] {
  const groups: { names: string[]; state: Set<Value> }[] = [];
  for (const [name, { region }] of updates) {
    const touching = groups.filter(({ state }) => [...region.state].some((value) => state.has(value)));
    const merged = { names: [name], state: new Set(region.state) };
    for (const group of touching) {
      merged.names.unshift(...group.names);
      group.state.forEach((value) => merged.state.add(value));
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  return groups.map(({ names }) => names);
}

function writeKernel(
  names: readonly string[],
  updates: ReadonlyMap<string, { value: Value; region: Region }>,
  stateInputs: ReadonlyMap<Value, string>,
  graph: Graph,
  fetch: (leaf: Value) => string,
): UpdateKernel {
  const regions = names.map((name) => updates.get(name)!.region);
  const state = [...new Set(regions.flatMap((region) => [...region.state]))];
  const leaves = [...new Set(regions.flatMap((region) => [...region.leaves]))];
  const fetched = leaves.filter(({ shape }) => shape.length > 0);
  const scalars = leaves.filter(({ shape }) => shape.length === 0);
  const writer = new ExpressionWriter();
  state.forEach((value, i) => writer.operand(value, `x${i}`));
  fetched.forEach((value, i) => writer.operand(value, `y${i}`));
  scalars.forEach((value, i) => writer.operand(value, `k${i}`));
  const results = names.map((name) => writer.write(updates.get(name)!.value));
  const stateNames = state.map((value) => stateInputs.get(value)!);
  const stores = names.map((name, i) => {
    const slot = stateNames.indexOf(name.slice(0, -STATE_SUFFIX.length));
    return `s${slot}[i] = ${results[i]};`;
  });
  const elements = [
    ...state.map((_, i) => `const x${i} = s${i}[i];`),
    ...fetched.map((_, i) => `const y${i} = g${i}[i];`),
  ];
  const header = [
    ...state.map((_, i) => `const s${i} = state[${i}];`),
    ...fetched.map((_, i) => `const g${i} = fetched[${i}];`),
    ...scalars.map((_, i) => `const k${i} = scalars[${i}];`),
    'const size = s0.length;',
  ];
  return {
    state: stateNames,
    fetched: fetched.map(fetch),
    scalars: scalars.map((value) => {
      const input = Object.entries(graph.inputs).find(([, candidate]) => candidate === value)?.[0];
      return input === undefined ? { kind: 'output', name: fetch(value) } : { kind: 'input', name: input };
    }),
    source: [...header, writer.body(elements, stores)].join('\n'),
  };
}
