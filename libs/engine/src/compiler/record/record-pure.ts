import { TaskweaveError } from '@taskweave/common';
import type { TensorSpec } from '../../host-tensor.js';
import type { Program } from '../../program.js';
import { topologicalOrder, type Graph, type Operation, type Value } from '../graph.js';
import { record, type Recording } from './record.js';

/**
 * Records a program, twice, and refuses one that does something else the second time: a random number, the time or a
 * counter of JavaScript is in it, and would be the same in every step once compiled.
 *
 * @throws TaskweaveError TRACE_UNSUPPORTED, naming the first operation that differs; and whatever `record` throws
 */
export function recordPure(program: Program, state: Readonly<Record<string, TensorSpec>>): Recording {
  const recording = record(program, state);
  const difference = firstDifference(recording.graph, record(program, state).graph);
  if (difference === undefined) return recording;
  throw new TaskweaveError({
    code: 'TRACE_UNSUPPORTED',
    message: `The program ${program.name} does not do the same when it is run again.`,
    subject: difference.scope || 'program',
    found: `${difference.kernel}: ${difference.first}, then ${difference.second}`,
    expected: 'a function of its state and inputs only',
    action:
      'Pass step numbers, learning rates and random keys as inputs; draw random numbers with randomUniform.',
  });
}

interface Difference {
  readonly scope: string;
  readonly kernel: string;
  readonly first: string;
  readonly second: string;
}

function firstDifference(first: Graph, second: Graph): Difference | undefined {
  const [a, b] = [first, second].map((graph) => topologicalOrder(Object.values(graph.outputs))) as [
    Operation[],
    Operation[],
  ];
  const places = new Map<Value, string>();
  for (const order of [a, b]) {
    order.forEach(({ outputs }, i) => outputs.forEach((value, j) => places.set(value, `${i}:${j}`)));
  }
  const describe = (operation: Operation | undefined): string =>
    operation === undefined ? 'nothing' : JSON.stringify(operation.attributes, exact);
  const inputs = (operation: Operation | undefined): string =>
    operation?.inputs.map((input) => places.get(input)).join() ?? '';
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one, other] = [a[i], b[i]];
    const [then, now] = [describe(one), describe(other)];
    if (one?.kernel === other?.kernel && inputs(one) === inputs(other) && then === now) continue;
    const { scope, kernel } = (one ?? other)!;
    return {
      scope,
      kernel,
      first: then,
      second: one?.kernel === other?.kernel ? now : (other?.kernel ?? 'nothing'),
    };
  }
  return undefined;
}

/** JSON has no NaN and no infinity. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
