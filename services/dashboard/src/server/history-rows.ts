import { phaseSeconds } from './phase-seconds.js';
import type { HistoryLine, TimelineLine } from '@taskweave/runs';

type Row = (readonly [string, number])[];

const FIGURES = [
  'entropy',
  'edgesAbove',
  'temperature',
  'entropyWeight',
  'regularization',
  'learningRate',
  'seconds',
  'stepsPerSecond',
] as const;

/**
 * The columns of a line of a history. Of a step: `loss/weights/TASK`, `loss/architecture/TASK` and its figures; of an
 * evaluation: `score/NETWORK/TASK/METRIC` and `loss/NETWORK/TASK`.
 */
export function rowOfHistory(line: HistoryLine): Row {
  if (line.kind === 'evaluation') {
    return Object.entries(line.scores).flatMap(([network, scores]) =>
      Object.entries(scores).flatMap(([task, { metric, value, loss }]): Row => [
        [`score/${network}/${task}/${metric}`, value],
        [`loss/${network}/${task}`, loss],
      ]),
    );
  }
  return [
    ...Object.entries(line.losses).map(([task, loss]) => [`loss/weights/${task}`, loss] as const),
    ...Object.entries(line.architectureLosses ?? {}).map(
      ([task, loss]) => [`loss/architecture/${task}`, loss] as const,
    ),
    ...FIGURES.flatMap((name): Row => (typeof line[name] === 'number' ? [[name, line[name]]] : [])),
  ];
}

/** The columns of a step in a timeline: seconds by phase. */
export function rowOfTimeline(line: TimelineLine): Row {
  return [...phaseSeconds(line)];
}
