import { directionsOf } from '@taskweave/search-space';
import type { NetworkScores, Scores, StepLine } from '@taskweave/runs';
import type { RunPlan } from '@taskweave/spec';
import { buildSupernet } from '@taskweave/supernet';
import { histogramOfShares, type EventValue } from '@taskweave/tensorboard';

/** What a step measured. */
export function stepValues(line: StepLine): EventValue[] {
  const values: Record<string, number | undefined> = {
    ...byTask(line.losses, (task) => `loss/${task}/weights`),
    ...byTask(line.architectureLosses, (task) => `loss/${task}/architecture`),
    'gates/entropy': line.entropy,
    'gates/edges above one half': line.edgesAbove,
    'gates/temperature': line.temperature,
    'gates/entropy weight': line.entropyWeight,
    'gates/regularization': line.regularization,
    'training/learning rate': line.learningRate,
    'training/seconds a step': line.seconds,
  };
  return toValues(values);
}

/** What an evaluation found; metrics that a task is reported by stand beside its own. */
export function scoreValues(scores: Partial<NetworkScores>): EventValue[] {
  return Object.entries(scores).flatMap(([network, ofNetwork]: [string, Scores]) =>
    Object.entries(ofNetwork).flatMap(([task, { metric, value, loss, details = {} }]) => {
      const figures = { [metric]: value, ...details, loss };
      return toValues(byTask(figures, (figure) => `score/${task}/${figure}/${network}`));
    }),
  );
}

/** The probabilities of the edges by direction, from one network into another. */
export class GateHistograms {
  readonly #directions: readonly { readonly tag: string; readonly edges: readonly number[] }[];

  constructor(plan: RunPlan) {
    const task = (network: number): string => plan.networks[network]!.task;
    const edges = plan.method === 'search' ? buildSupernet(plan).edges : [];
    this.#directions = directionsOf(edges).map((one) => ({
      tag: `gates/${task(one.sourceNetwork)} to ${task(one.targetNetwork)}`,
      edges: one.edges,
    }));
  }

  /** @param probabilities in edge order; empty for what has no gates */
  values(probabilities: readonly number[]): EventValue[] {
    if (probabilities.length === 0) return [];
    return this.#directions.map(({ tag, edges }) => ({
      tag,
      value: histogramOfShares(edges.map((edge) => probabilities[edge]!)),
    }));
  }
}

function byTask(
  values: Readonly<Record<string, number>>,
  tagOf: (task: string) => string,
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([task, value]) => [tagOf(task), value]));
}

function toValues(values: Readonly<Record<string, number | undefined>>): EventValue[] {
  return Object.entries(values).flatMap(([tag, value]) => (value === undefined ? [] : [{ tag, value }]));
}
