import type { Scores, TaskScore } from './scores.js';

/** A score with its unit: `98.2 %` for shares such as accuracy, else the plain number. */
export function formatScore({ metric, value }: Pick<TaskScore, 'metric' | 'value'>): string {
  return metric === 'accuracy' ? `${(100 * value).toFixed(2)} %` : value.toPrecision(4);
}

/** All tasks in one line: `left 98.20 %, right 97.60 %`. */
export function describeScores(scores: Scores): string {
  return Object.entries(scores)
    .map(([task, score]) => `${task} ${formatScore(score)}`)
    .join(', ');
}
