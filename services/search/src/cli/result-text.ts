import { drawArchitectureText } from '@taskweave/diagram';
import { baselineKey, type RunResult, type Scores } from '@taskweave/runs';
import { BASELINE_METHODS, type RunPlan } from '@taskweave/spec';
import { buildSupernet, type NetworkCost } from '@taskweave/supernet';
import { drawingOf } from '../run/finish-run.js';
import { formatScore } from '../run/score-text.js';
import { formatCount, formatDuration, formatTable } from './format.js';

/** Width to draw for where nobody says how wide the terminal is. */
const WIDTH = 80;

/** A table with one line per task, and the size of each network. */
export function scoreTable({ method, test, cost }: Pick<RunResult, 'method' | 'test' | 'cost'>): string {
  const all: [string, Scores | undefined, NetworkCost | undefined][] = [
    ['soft supernet', test.soft, cost.supernet],
    [method === 'search' ? 'discrete' : method, test.discrete, cost.discrete],
    ...BASELINE_METHODS.map((baseline): (typeof all)[number] => {
      const key = baselineKey(baseline);
      return [baseline, test[key], cost[key]];
    }),
  ];
  const columns = all.flatMap(([name, scores, size]) =>
    scores === undefined || size === undefined ? [] : ([[name, scores, size]] as const),
  );
  const tasks = Object.keys(test.discrete);
  return formatTable([
    ['test', ...columns.map(([name]) => name)],
    ...tasks.map((task) => [
      `${task} ${test.discrete[task]!.metric}`,
      ...columns.map(([, scores]) => formatScore(scores[task]!)),
    ]),
    ['parameters', ...columns.map(([, , { params }]) => formatCount(params))],
    ['multiply-adds', ...columns.map(([, , { macs }]) => formatCount(macs))],
  ]);
}

/** The drawing of a run's architecture for the terminal that `stream` is. */
export function drawResult(result: RunResult, plan: RunPlan, stream: NodeJS.WriteStream): string {
  const choices = new Map<string, { probability: number; kept: boolean }>(
    result.edges.flatMap(({ kept, dropped }) => [
      ...kept.map(({ id, probability }) => [id, { probability, kept: true }] as const),
      ...dropped.map(({ id, probability }) => [id, { probability, kept: false }] as const),
    ]),
  );
  const edges = buildSupernet(plan).edges.map((edge) => ({
    ...edge,
    ...choices.get(edge.id)!,
  }));
  const color = stream.isTTY && process.env['NO_COLOR'] === undefined;
  const width = stream.isTTY ? stream.columns : WIDTH;
  return drawArchitectureText(drawingOf(result.run, plan, edges, result.test.discrete), { color, width });
}

/** Speed and, of a search, entropy in one line. */
export function summaryLine({ steps, seconds, stepsPerSecond, meanGateEntropy }: RunResult): string {
  return (
    `${steps} steps in ${formatDuration(seconds)} (${stepsPerSecond.toPrecision(3)} steps/s)` +
    (meanGateEntropy === undefined ? '' : `, mean gate entropy ${meanGateEntropy.toFixed(4)} nats`)
  );
}
