import { topologicalOrder, type Graph, type GraphBuilder, type Operation, type Value } from '../graph.js';

/** An operation of the same kind on other operands. */
export function rebuild(operation: Operation, inputs: readonly Value[], builder: GraphBuilder): Operation {
  const { kernel, attributes, outputs, scope } = operation;
  return builder.operation(kernel, inputs, attributes, outputs, scope);
}

/**
 * The graph with other operands.
 *
 * @param operands says what an operation is to read; `renewed` gives a value of the old graph as it is in the new one
 */
export function rebuildGraph(
  graph: Graph,
  builder: GraphBuilder,
  operands: (operation: Operation, renewed: (value: Value) => Value) => readonly Value[],
): Graph {
  const replacement = new Map<Value, Value>();
  const done = new Set<Operation>();
  const renewed = (value: Value): Value => {
    renew(value.operation);
    return replacement.get(value) ?? value;
  };
  // On demand, as an operand that is asked for may come later in the order.
  const renew = (operation: Operation): void => {
    if (done.has(operation)) return;
    done.add(operation);
    const inputs = operands(operation, renewed);
    if (inputs.every((input, i) => input === operation.inputs[i])) return;
    const rebuilt = rebuild(operation, inputs, builder);
    operation.outputs.forEach((output, i) => replacement.set(output, rebuilt.outputs[i]!));
  };
  // In this order, so that the recursion is never deep.
  topologicalOrder(Object.values(graph.outputs)).forEach(renew);
  const outputs = Object.entries(graph.outputs).map(([name, value]) => [name, renewed(value)]);
  return { ...graph, outputs: Object.fromEntries(outputs) as Graph['outputs'] };
}
