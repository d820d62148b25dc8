import { TaskweaveError } from '@taskweave/common';
import type { GateGradient } from '@taskweave/contracts';
import type { Observation } from '@taskweave/strategies';

/**
 * The mean of what several trainers measured, each weighted by its number of examples: what one trainer would have
 * measured on all of them. A single contribution is passed on bit by bit; those without examples count for nothing.
 *
 * @param reports in an order that does not depend on arrival, since float addition does
 * @throws TaskweaveError `MESSAGE_INVALID` for contributions of different lengths or tasks, or when none has examples
 */
export function averageGradients(reports: readonly GateGradient[]): Observation {
  const gradients = reports.filter(({ examples }) => examples > 0);
  const [first] = gradients;
  if (first === undefined) throw mismatch('no examples', 'at least one example');
  const total = gradients.reduce((sum, { examples }) => sum + examples, 0);
  const gateGradients = new Float64Array(first.gateGradients.length);
  const losses: Record<string, number> = {};
  for (const one of gradients) {
    checkAlike(one, first);
    const share = one.examples / total;
    one.gateGradients.forEach((value, edge) => (gateGradients[edge]! += share * value));
    for (const { task, loss } of one.losses) losses[task] = (losses[task] ?? 0) + share * loss;
  }
  return { gateGradients, losses };
}

function checkAlike(one: GateGradient, first: GateGradient): void {
  if (one.gateGradients.length !== first.gateGradients.length) {
    throw mismatch(
      `${one.gateGradients.length} gates`,
      `${first.gateGradients.length} gates, as another trainer`,
    );
  }
  const tasksOf = ({ losses }: GateGradient) => losses.map(({ task }) => task).join(', ');
  if (tasksOf(one) !== tasksOf(first))
    throw mismatch(`losses of ${tasksOf(one)}`, `losses of ${tasksOf(first)}`);
}

function mismatch(found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: "Trainers' gate gradients cannot be averaged.",
    found,
    expected,
  });
}
