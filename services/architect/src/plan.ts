import { TaskweaveError } from '@taskweave/common';
import { CrossTaskSpace, type NetworkDeclaration } from '@taskweave/search-space';
import { runSpecSchema } from '@taskweave/spec';
import { findStrategy, type AnyStrategy, type StrategyContext } from '@taskweave/strategies';

/** A search as the architect sees it: the strategy and everything that stays the same for the run. */
export interface SearchPlan {
  strategy: AnyStrategy;
  context: StrategyContext<unknown>;
}

/**
 * Reads a run's plan, `{ spec, networks }`.
 *
 * @throws TaskweaveError `CONFIG_INVALID`: no such JSON, an unknown strategy, options that it refuses, networks
 * that cannot be joined by edges
 */
export function parsePlan(planJson: string): SearchPlan {
  let tree: unknown;
  try {
    tree = JSON.parse(planJson);
  } catch {
    throw refusal('plan', 'a text that is not JSON');
  }
  const { spec: specTree, networks } = (tree ?? {}) as { spec?: unknown; networks?: unknown };
  const parsed = runSpecSchema.safeParse(specTree);
  if (!parsed.success) throw refusal('plan.spec', firstIssue(parsed.error.issues));
  if (!Array.isArray(networks)) throw refusal('plan.networks', 'no list of networks');
  const { seed, steps, space, strategy: chosen } = parsed.data;
  const strategy = findStrategy(chosen.id);
  const options = strategy.options.safeParse(chosen.options);
  if (!options.success) throw refusal('plan.spec.strategy.options', firstIssue(options.error.issues));
  const edges = CrossTaskSpace.between(networks as NetworkDeclaration[], space);
  return { strategy, context: { seed, steps, space: edges, options: options.data } };
}

function firstIssue(issues: readonly { path: readonly PropertyKey[]; message: string }[]): string {
  const [issue] = issues;
  return `${issue?.path.map(String).join('.')}: ${issue?.message}`;
}

function refusal(subject: string, found: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The architect cannot open this search.',
    subject,
    found,
    expected: 'the resolved spec of a run and the declarations of its networks',
  });
}
