import type { Scores, TaskScore } from '@taskweave/runs';
import { taskKinds } from '@taskweave/tasks';
import type { RunPlan } from '@taskweave/spec';
import type { NetworkCost } from '@taskweave/supernet';
import type { FinishedRun } from './finished-run.js';

/** A number by which networks are compared. */
export interface Metric {
  readonly task: string;
  /** E.g. `accuracy`, or `loss`. */
  readonly metric: string;
  readonly higherIsBetter: boolean;
}

/** Networks that a run gave, with their scores. */
export interface System {
  readonly run: FinishedRun;
  /** The method of networks that were trained beside the run's own for comparison, e.g. `single-task`. */
  readonly beside?: string;
  readonly discrete: Scores;
  readonly soft?: Scores;
  readonly cost: NetworkCost;
  /** Ids of the network's edges, and of the candidates that a search chose them from; none where nothing was searched. */
  readonly edges: { readonly kept: readonly string[]; readonly candidates: readonly string[] };
}

/** What a run has to compare: its own network, and those of the methods that were trained beside it. */
export function systemsOf(run: FinishedRun): System[] {
  const { method, test, cost, edges } = run.result;
  const kept = edges.flatMap((direction) => direction.kept.map(({ id }) => id));
  const dropped = edges.flatMap((direction) => direction.dropped.map(({ id }) => id));
  const { soft, discrete, ...others } = test as Partial<Record<string, Scores>>;
  const costs = cost as Partial<Record<string, NetworkCost>>;
  return [
    {
      run,
      discrete: discrete!,
      ...(soft && { soft }),
      cost: costs['discrete']!,
      edges: { kept, candidates: method === 'search' ? [...kept, ...dropped] : [] },
    },
    ...Object.entries(others).flatMap(([key, scores]): System[] =>
      scores === undefined || costs[key] === undefined
        ? []
        : [
            {
              run,
              beside: key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
              discrete: scores,
              cost: costs[key],
              edges: { kept: [], candidates: [] },
            },
          ],
    ),
  ];
}

/** The metrics that runs have, by task in the order of the plan: the main one of each task, further ones, the loss. */
export function metricsOf(runs: readonly FinishedRun[]): Metric[] {
  const metrics = new Map<string, Metric>();
  for (const { plan } of runs) {
    for (const metric of plan.tasks.flatMap(metricsOfTask)) {
      const key = `${metric.task}/${metric.metric}`;
      if (!metrics.has(key)) metrics.set(key, metric);
    }
  }
  return [...metrics.values()];
}

function metricsOfTask(task: RunPlan['tasks'][number]): Metric[] {
  const metric = taskKinds[task.kind].metric(task);
  const values = [metric.result(), ...metric.details()];
  return [
    ...values.map(({ name, higherIsBetter }) => ({ task: task.id, metric: name, higherIsBetter })),
    { task: task.id, metric: 'loss', higherIsBetter: false },
  ];
}

/** The score of a network by a metric; `undefined` when the run does not tell it. */
export function scoreBy(scores: Scores | undefined, { task, metric }: Metric): number | undefined {
  const score: TaskScore | undefined = scores?.[task];
  if (score === undefined) return undefined;
  // JSON has no NaN: it is stored as null.
  if (metric === 'loss') return score.loss ?? NaN;
  if (metric === score.metric) return score.value ?? NaN;
  const detail = score.details?.[metric];
  return detail === null ? NaN : detail;
}
