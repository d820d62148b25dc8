import type { Scores } from '@taskweave/runs';
import type { MetricUnit, ShownScore } from '../api/types.js';

/** The units of metrics. Kinds of tasks come with a tensor library, which a dashboard that nobody looks at need not load. */
export async function unitsOf(metrics: readonly string[]): Promise<Record<string, MetricUnit>> {
  if (metrics.length === 0) return {};
  const { unitOfMetric } = await import('@taskweave/tasks');
  return Object.fromEntries(metrics.map((metric) => [metric, unitOfMetric(metric)]));
}

/** Scores with the units of their metrics, by task. */
export async function shownScores(scores: Scores | undefined): Promise<ShownScore[]> {
  const units = await unitsOf(Object.values(scores ?? {}).map(({ metric }) => metric));
  return Object.entries(scores ?? {}).map(([task, { metric, value }]) => ({
    task,
    metric,
    value,
    unit: units[metric]!,
  }));
}
