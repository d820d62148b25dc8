import { topologicalOrder, type Graph, type GraphBuilder, type Operation, type Value } from './graph.js';

/** An operation of the same kind on other operands; itself where they are its own. */
export function rebuild(operation: Operation, inputs: readonly Value[], builder: GraphBuilder): Operation {
  if (inputs.every((input, i) => input === operation.inputs[i])) return operation;
  const { kernel, attributes, outputs, scope } = operation;
  return builder.operation(kernel, inputs, attributes, outputs, scope);
}

/**
 * The graph with some operations replaced, and all that depends on them rebuilt.
 *
 * @param replace what takes an operation's place, with as many outputs; undefined to keep it. `renewed` gives a value of
 *   the old graph as it is in the new one; it must not be asked for one that depends on the operation.
 */
export function rebuildGraph(
  graph: Graph,
  builder: GraphBuilder,
  replace: (operation: Operation, renewed: (value: Value) => Value) => Operation | undefined,
): Graph {
  const replacement = new Map<Value, Value>();
  const done = new Set<Operation>();
  const renewed = (value: Value): Value => {
    renew(value.operation);
    return replacement.get(value) ?? value;
  };
  // On demand, as a value that is asked for may come later in the order.
  const renew = (operation: Operation): void => {
    if (done.has(operation)) return;
    done.add(operation);
    const rebuilt = replace(operation, renewed) ?? rebuild(operation, operation.inputs.map(renewed), builder);
    if (rebuilt === operation) return;
    operation.outputs.forEach((output, i) => replacement.set(output, rebuilt.outputs[i]!));
  };
  // In this order, so that the recursion is never deep.
  topologicalOrder(Object.values(graph.outputs)).forEach(renew);
  const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, renewed(value)]);
  return { ...graph, outputs: Object.fromEntries(outputs) as Graph['outputs'] };
}
