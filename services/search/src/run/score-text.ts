import type { Scores, TaskScore } from '@taskweave/runs';
import { unitOfMetric } from '@taskweave/tasks';

/** A score with its unit: `98.20 %`, `24.63°`, `0.3512 m`, or the plain number of a metric without one. */
export function formatScore({ metric, value }: Pick<TaskScore, 'metric' | 'value'>): string {
  switch (unitOfMetric(metric)) {
    case 'share':
      return `${(100 * value).toFixed(2)} %`;
    case 'degrees':
      return `${value.toFixed(2)}°`;
    case 'metres':
      return `${value.toPrecision(4)} m`;
    case 'none':
      return value.toPrecision(4);
  }
}

/** All tasks in one line: `left 98.20 %, right 97.60 %`. */
export function describeScores(scores: Scores): string {
  return Object.entries(scores)
    .map(([task, score]) => `${task} ${formatScore(score)}`)
    .join(', ');
}
