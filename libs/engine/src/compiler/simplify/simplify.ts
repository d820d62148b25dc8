import { topologicalOrder, type Graph, type GraphBuilder, type Operation, type Value } from '../graph.js';
import { rewrite } from './rewrite.js';

/**
 * Second stage of the compiler: constants folded, operations that change nothing dropped, broadcasts left to the
 * operations that do them anyway, equal operations merged, and whatever no output needs left out.
 */
export function simplify(graph: Graph, builder: GraphBuilder): Graph {
  const merged = new Map<string, Operation>();
  const replacement = new Map<Value, Value>();

  const merge = (operation: Operation): Operation => {
    const key = operationKey(operation);
    const known = merged.get(key);
    if (known !== undefined) return known;
    merged.set(key, operation);
    return operation;
  };

  /** Merges a freshly rewritten value, whose inputs may be fresh too. */
  const settle = (value: Value): Value => {
    const known = replacement.get(value);
    if (known !== undefined) return known;
    let current = value;
    for (;;) {
      const { operation } = current;
      const inputs = operation.inputs.map(settle);
      const rebuilt = inputs.some((input, i) => input !== operation.inputs[i])
        ? builder.operation(
            operation.kernel,
            inputs,
            operation.attributes,
            operation.outputs,
            operation.scope,
          )
        : operation;
      const simpler = rewrite(rebuilt, builder);
      if (simpler === undefined) {
        const index = operation.outputs.indexOf(current);
        const target = merge(rebuilt);
        operation.outputs.forEach((output, i) => replacement.set(output, target.outputs[i]!));
        current = target.outputs[index]!;
        break;
      }
      const settled = replacement.get(simpler);
      if (settled !== undefined) {
        current = settled;
        break;
      }
      current = simpler;
    }
    replacement.set(value, current);
    replacement.set(current, current);
    return current;
  };

  for (const operation of topologicalOrder(Object.values(graph.outputs))) operation.outputs.forEach(settle);
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, value]) => [name, settle(value)]),
  );
  return { ...graph, outputs };
}

/** Two operations with the same key compute the same tensors. */
function operationKey({ kernel, inputs, attributes, outputs }: Operation): string {
  const shapes = outputs.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`);
  return JSON.stringify([kernel, inputs.map((input) => input.id), attributes, shapes], (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : Object.is(value, -0)
        ? '-0'
        : value,
  );
}
