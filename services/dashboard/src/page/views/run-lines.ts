import type { SeriesAnswer } from '../../api/types.js';
import { seriesColor } from '../parts/colors.js';
import type { Line } from '../parts/chart-data.js';

/** A column of a table as a curve. */
export function lineOf(
  answer: SeriesAnswer,
  column: string,
  look: Pick<Line, 'label' | 'color' | 'dash' | 'points'>,
): Line[] {
  const series = answer.series[column];
  return series === undefined ? [] : [{ ...look, x: answer.x, ...series }];
}

/** What a loss was taken on, by the second part of the name of its column. */
const LOSSES = {
  weights: { of: 'training', dash: false },
  architecture: { of: 'architecture batch', dash: true },
  soft: { of: 'validation, soft', dash: true },
  discrete: { of: 'validation, discrete', dash: true },
} as const;

/** All losses of a run: a colour for each task. */
export function lossLines(
  tasks: readonly string[],
  steps: SeriesAnswer | undefined,
  evaluations: SeriesAnswer | undefined,
): Line[] {
  return (Object.keys(LOSSES) as (keyof typeof LOSSES)[]).flatMap((kind) => {
    const scored = kind === 'soft' || kind === 'discrete';
    const answer = scored ? evaluations : steps;
    const { of, dash } = LOSSES[kind];
    return tasks.flatMap((task, i) =>
      answer === undefined
        ? []
        : lineOf(answer, `loss/${kind}/${task}`, {
            label: `${task} (${of})`,
            color: seriesColor(i),
            dash,
            points: scored,
          }),
    );
  });
}

/** Losses that are not shown until they are asked for. */
export function isMinorLoss(label: string): boolean {
  return label.endsWith(`(${LOSSES.architecture.of})`) || label.endsWith(`(${LOSSES.soft.of})`);
}

export interface MetricLines {
  readonly metric: string;
  readonly lines: readonly Line[];
}

/** Scores on the validation split, by metric: tasks with the same metric share a chart. */
export function scoreLines(tasks: readonly string[], evaluations: SeriesAnswer | undefined): MetricLines[] {
  const columns = evaluations?.columns.filter((column) => column.startsWith('score/')) ?? [];
  const metrics = [...new Set(columns.map((column) => column.split('/').slice(3).join('/')))];
  return metrics.map((metric) => ({
    metric,
    lines: (['discrete', 'soft'] as const).flatMap((network) =>
      tasks.flatMap((task, i) =>
        lineOf(evaluations!, `score/${network}/${task}/${metric}`, {
          label: `${task} (${network})`,
          color: seriesColor(i),
          dash: network === 'soft',
          points: true,
        }),
      ),
    ),
  }));
}

/** Figures of the search itself that are worth a small chart, by the name of their column. */
export const FIGURES: readonly { readonly column: string; readonly title: string }[] = [
  { column: 'entropy', title: 'Gate entropy, nats' },
  { column: 'edgesAbove', title: 'Edges above 0.5' },
  { column: 'temperature', title: 'Temperature' },
  { column: 'learningRate', title: 'Learning rate' },
  { column: 'entropyWeight', title: 'Weight of the entropy term' },
  { column: 'stepsPerSecond', title: 'Steps per second' },
];
