import { TaskweaveError } from '@taskweave/common';
import { didYouMean, listNames } from '@taskweave/spec';
import { comparabilityWarnings, seedsOf } from './comparability.js';
import type { FinishedRun } from './finished-run.js';
import { groupRuns, type Group } from './group-runs.js';
import { pickMetrics } from './pick-metrics.js';
import { fieldsOf } from './spec-fields.js';
import { pairedDifferences, summarise, summariseAny, type SeededValue, type Summary } from './statistics.js';
import { scoreBy, type Metric, type System } from './systems.js';

/** How a group does by one metric, on the test split. */
export interface GroupScore {
  /** The discrete networks; absent when the group has no such metric. */
  readonly discrete?: Summary;
  /** Score of each run's discrete network, by seed. */
  readonly values: readonly SeededValue[];
  /** The supernets with soft gates. */
  readonly soft?: Summary;
  /** What discretising changed: discrete minus soft, run by run. */
  readonly discretised?: Summary;
  /** Discrete minus that of the baseline group, paired by seed; absent for the baseline and without common seeds. */
  readonly toBaseline?: Summary;
  /** Whether no group has a better mean. */
  readonly best: boolean;
}

/** Runs that differ in the seed alone, taken together. */
export interface GroupSummary {
  readonly label: string;
  readonly runs: readonly string[];
  readonly seeds: readonly number[];
  /** In the order of {@link Comparison.metrics}. */
  readonly scores: readonly GroupScore[];
  /** Of the discrete networks. */
  readonly parameters: Summary;
  /** Multiply-accumulates for one image. */
  readonly multiplyAdds: Summary;
  readonly edgesKept: Summary;
  /** What a search chose from; 0 where nothing was searched. */
  readonly edgesCandidates: number;
  /** Each edge that a run of the group had or could have had. */
  readonly edges: readonly EdgeCount[];
}

/** In how many runs of a group an edge is. */
export interface EdgeCount {
  /** `<source task>/<source stage>-><target task>/<target stage>`. */
  readonly id: string;
  readonly kept: number;
}

/** Groups of runs side by side. */
export interface Comparison {
  readonly format: 'taskweave-comparison';
  readonly version: 1;
  /** What runs were grouped by. */
  readonly by: string;
  /** Label of the group that the others are compared with. */
  readonly baseline: string;
  readonly metrics: readonly Metric[];
  readonly groups: readonly GroupSummary[];
  /** What a reader has to know before believing the table. */
  readonly warnings: readonly string[];
}

export interface ComparisonOptions {
  /** `spec` (default), `name` or a field of the spec; see {@link groupRuns}. */
  by?: string | undefined;
  /** Names of metrics, or `task/metric`; the main metric of every task unless given. */
  metrics?: readonly string[] | undefined;
  /** Label of a group; the single-task networks, or else the first group, unless given. */
  baseline?: string | undefined;
  /** Warnings about what came before. */
  warnings?: readonly string[];
}

/**
 * Compares runs: means and sample standard deviations over seeds, on the test split.
 *
 * @param runs at least one
 * @throws TaskweaveError `CONFIG_INVALID` for a field, metric or baseline that is not there
 */
export function compareRuns(runs: readonly FinishedRun[], options: ComparisonOptions = {}): Comparison {
  const { by = 'spec', warnings = [] } = options;
  const grouping = groupRuns(runs, by);
  const { groups } = grouping;
  const metrics = pickMetrics(runs, options.metrics);
  const baseline = pickBaseline(groups, options.baseline);
  const scores = groups.map((group) =>
    metrics.map((metric) => scoreGroup(group, metric, group === baseline ? undefined : baseline)),
  );
  const withBest = scores.map((own) =>
    own.map((score, index): GroupScore => {
      const all = scores.map((other) => other[index]!.discrete?.mean);
      return { ...score, best: groups.length > 1 && isBest(score.discrete?.mean, all, metrics[index]!) };
    }),
  );
  return {
    format: 'taskweave-comparison',
    version: 1,
    by,
    baseline: baseline.label,
    metrics,
    groups: groups.map((group, index) => summariseGroup(group, withBest[index]!)),
    warnings: [...warnings, ...grouping.warnings, ...comparabilityWarnings(groups)],
  };
}

function pickBaseline(groups: readonly Group[], label: string | undefined): Group {
  if (label === undefined) return groups.find(isSingleTask) ?? groups[0]!;
  const found = groups.find((group) => group.label === label);
  if (found !== undefined) return found;
  const labels = groups.map((group) => group.label);
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `There is no such group to compare with${didYouMean(label, labels) || '.'}`,
    subject: '--baseline',
    found: label,
    expected: listNames(labels),
  });
}

function isSingleTask({ systems }: Group): boolean {
  return systems.every(
    ({ beside, run }) => (beside ?? fieldsOf(run.result.spec).get('method')) === 'single-task',
  );
}

/** Scores of the networks that have one. */
function seeded(systems: readonly System[], score: (system: System) => number | undefined): SeededValue[] {
  return systems.flatMap((system) => {
    const value = score(system);
    return value === undefined ? [] : [{ seed: system.run.result.seed, value }];
  });
}

function scoreGroup(
  { systems }: Group,
  metric: Metric,
  baseline: Group | undefined,
): Omit<GroupScore, 'best'> {
  const discreteOf = ({ discrete }: System): number | undefined => scoreBy(discrete, metric);
  const softOf = ({ soft }: System): number | undefined => scoreBy(soft, metric);
  const values = seeded(systems, discreteOf);
  const discretised = systems.flatMap((system) => {
    const [own, soft] = [discreteOf(system), softOf(system)];
    return own === undefined || soft === undefined ? [] : [own - soft];
  });
  const summaries = {
    discrete: summariseAny(values.map(({ value }) => value)),
    soft: summariseAny(seeded(systems, softOf).map(({ value }) => value)),
    discretised: summariseAny(discretised),
    toBaseline: baseline && summariseAny(pairedDifferences(values, seeded(baseline.systems, discreteOf))),
  };
  const known = Object.entries(summaries).filter(([, summary]) => summary !== undefined);
  return { ...Object.fromEntries(known), values };
}

function isBest(
  mean: number | undefined,
  all: readonly (number | undefined)[],
  { higherIsBetter }: Metric,
): boolean {
  if (mean === undefined || Number.isNaN(mean)) return false;
  const others = all.filter((other) => other !== undefined && !Number.isNaN(other)) as number[];
  return mean === (higherIsBetter ? Math.max(...others) : Math.min(...others));
}

function summariseGroup(group: Group, scores: readonly GroupScore[]): GroupSummary {
  const { label, systems } = group;
  const over = (value: (system: System) => number): Summary => summarise(systems.map(value));
  return {
    label,
    runs: systems.map(({ run }) => run.result.run),
    seeds: seedsOf(group),
    scores,
    parameters: over(({ cost }) => cost.params),
    multiplyAdds: over(({ cost }) => cost.macs),
    edgesKept: over(({ edges }) => edges.kept.length),
    edgesCandidates: Math.max(...systems.map(({ edges }) => edges.candidates.length)),
    edges: countEdges(systems),
  };
}

function countEdges(systems: readonly System[]): EdgeCount[] {
  const counts = new Map<string, number>();
  for (const { edges } of systems) {
    for (const id of edges.candidates) counts.set(id, counts.get(id) ?? 0);
    for (const id of edges.kept) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].map(([id, kept]) => ({ id, kept }));
}
