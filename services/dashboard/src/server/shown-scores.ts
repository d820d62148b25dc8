import type { Scores } from '@taskweave/runs';
import { unitOfMetric } from '@taskweave/tasks';
import type { ShownScore } from '../api/types.js';

/** Scores with the units of their metrics, by task. */
export function shownScores(scores: Scores | undefined): ShownScore[] {
  return Object.entries(scores ?? {}).map(([task, { metric, value }]) => ({
    task,
    metric,
    value,
    unit: unitOfMetric(metric),
  }));
}
