import type { Scores } from '@taskweave/runs';
import { formatScore } from '../run/score-text.js';
import type { WeightsReport } from './evaluate-weights.js';
import { formatTable } from './format.js';

/** The report of imported weights for a person. */
export function describeWeights(report: WeightsReport): string {
  const { weights, format, initial_parameters: initial, mode, scores, split } = report;
  return [
    `${weights}: names of the format ${format}\n`,
    ...(initial > 0 ? [`${initial} parameters are not in the file and have their initial values\n`] : []),
    '\n',
    mode === undefined ? '' : batchTable(report, mode),
    scores === undefined ? '' : scoreTable(split ?? '', scores.soft, scores.discrete),
    `total loss ${report.losses['total']!.toPrecision(6)}\n`,
    ...Object.entries(report.gates).map(([task, gates]) => vector(`gates into ${task}`, gates)),
    ...Object.entries(report.alpha_gradients ?? {}).map(([task, gradients]) =>
      vector(`d(total)/d(alpha) into ${task}`, gradients),
    ),
  ].join('');
}

function batchTable({ losses, outputs = {}, metrics = {} }: WeightsReport, mode: string): string {
  const rows = Object.entries(outputs).map(([task, { shape, sum, absoluteSum }]) => [
    task,
    losses[task]!.toPrecision(6),
    `[${shape.join(', ')}]`,
    sum.toPrecision(6),
    absoluteSum.toPrecision(6),
    Object.entries(metrics[task] ?? {})
      .map(([name, value]) => `${name} ${formatScore({ metric: name, value })}`)
      .join(', '),
  ]);
  return formatTable([[`${mode} mode`, 'loss', 'output', 'sum', 'absolute sum', 'metrics'], ...rows]);
}

function scoreTable(split: string, soft: Scores, discrete: Scores): string {
  const rows = Object.entries(soft).map(([task, score]) => [
    `${task} ${score.metric}`,
    formatScore(score),
    score.loss.toFixed(4),
    formatScore(discrete[task]!),
    discrete[task]!.loss.toFixed(4),
    String(score.examples),
  ]);
  return formatTable([[split, 'soft', 'loss', 'discrete', 'loss', 'examples'], ...rows]);
}

/** Numbers in lines of eight. */
function vector(title: string, values: readonly number[]): string {
  const lines = Array.from({ length: Math.ceil(values.length / 8) }, (_, line) =>
    values
      .slice(8 * line, 8 * line + 8)
      .map((value) => value.toPrecision(4).padStart(11))
      .join(''),
  );
  return `${title}\n${lines.map((line) => `${line}\n`).join('')}`;
}
