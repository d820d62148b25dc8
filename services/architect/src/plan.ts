import { TaskweaveError } from '@taskweave/common';
import { CrossTaskSpace } from '@taskweave/search-space';
import { parseRunPlan } from '@taskweave/spec';
import { findStrategy, type AnyStrategy, type StrategyContext } from '@taskweave/strategies';

/** A search as the architect sees it: the strategy and everything that stays the same for the run. */
export interface SearchPlan {
  strategy: AnyStrategy;
  context: StrategyContext<unknown>;
}

/**
 * Reads a run's plan.
 *
 * @throws TaskweaveError `CONFIG_INVALID`: no such JSON, an unknown strategy, options that it refuses, networks
 * that cannot be joined by edges
 */
export function parsePlan(planJson: string): SearchPlan {
  const { spec, networks } = parseRunPlan(planJson);
  const { seed, steps, space, strategy: chosen } = spec;
  const strategy = findStrategy(chosen.id);
  const options = strategy.options.safeParse(chosen.options);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `The strategy ${chosen.id} refuses its options.`,
      subject: 'plan.spec.strategy.options',
      found: `${issue?.path.map(String).join('.')}: ${issue?.message}`,
      expected: 'the resolved spec of a run',
    });
  }
  const edges = CrossTaskSpace.between(networks, space);
  return { strategy, context: { seed, steps, space: edges, options: options.data } };
}
