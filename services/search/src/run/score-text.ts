import type { Scores, TaskScore } from './scores.js';

/** Whether a metric is a share, 0..1, which people read in percent. */
export function isShare(metric: string): boolean {
  return /accuracy|mIoU|^within /.test(metric);
}

/** A score with its unit: `98.2 %` for shares such as accuracy, else the plain number. */
export function formatScore({ metric, value }: Pick<TaskScore, 'metric' | 'value'>): string {
  return isShare(metric) ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4);
}

/** All tasks in one line: `left 98.20 %, right 97.60 %`. */
export function describeScores(scores: Scores): string {
  return Object.entries(scores)
    .map(([task, score]) => `${task} ${formatScore(score)}`)
    .join(', ');
}
