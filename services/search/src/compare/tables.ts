import type { Comparison } from './comparison.js';
import { countText, edgesText, formatOfMetric, hasSoft, NOTHING } from './summary-text.js';

/** A number in words, and whether no other in its column is better. */
export interface Cell {
  readonly text: string;
  readonly best?: boolean;
}

/** A table to print; the first column is the groups' labels. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Everything at a glance: a line for each group, its discrete networks by every metric, and what they cost. */
export function overviewTable(comparison: Comparison): Table {
  const { metrics, groups } = comparison;
  const formats = metrics.map((_, index) => formatOfMetric(comparison, index));
  return {
    head: ['test', 'runs', ...formats.map(({ title }) => title), 'parameters', 'multiply-adds', 'edges'],
    rows: groups.map(({ label, runs, scores, parameters, multiplyAdds, edgesKept, edgesCandidates }) => [
      { text: label },
      { text: String(runs.length) },
      ...scores.map(({ discrete, best }, index) => ({ text: formats[index]!.summary(discrete), best })),
      { text: countText(parameters) },
      { text: countText(multiplyAdds) },
      { text: edgesText(edgesKept, edgesCandidates) },
    ]),
  };
}

/**
 * One metric in detail: discrete beside soft networks, and the difference to the baseline. `undefined` where that would
 * say no more than the overview.
 */
export function metricTable(comparison: Comparison, index: number): Table | undefined {
  const { groups, baseline } = comparison;
  const own = groups.map(({ scores }) => scores[index]!);
  const soft = hasSoft(own);
  if (!soft && groups.length === 1) return undefined;
  const { title, summary, difference } = formatOfMetric(comparison, index);
  return {
    head: [
      title,
      'discrete',
      ...(soft ? ['soft', 'discrete - soft'] : []),
      ...(groups.length > 1 ? [`minus ${baseline}`] : []),
    ],
    rows: groups.map(({ label, scores }) => {
      const { discrete, best, soft: softScore, discretised, toBaseline } = scores[index]!;
      return [
        { text: label },
        { text: summary(discrete), best },
        ...(soft ? [{ text: summary(softScore) }, { text: difference(discretised) }] : []),
        ...(groups.length > 1 ? [{ text: label === baseline ? 'baseline' : difference(toBaseline) }] : []),
      ];
    }),
  };
}

/** conv2_2 before conv10_1. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/** A line for each edge: in how many runs of each group it is. Groups without any edge are left out. */
export function edgeTable({ groups }: Comparison): Table {
  const joined = groups.filter(({ edges }) => edges.length > 0);
  const ids = [...new Set(joined.flatMap(({ edges }) => edges.map(({ id }) => id)))].sort(BY_NAME.compare);
  const count = (id: string, { edges, runs }: (typeof joined)[number]): string => {
    const found = edges.find((edge) => edge.id === id);
    return found === undefined ? NOTHING : `${found.kept} of ${runs.length}`;
  };
  return {
    head: ['runs that keep an edge', ...joined.map(({ label }) => label)],
    rows: ids.map((id) => [{ text: id }, ...joined.map((group) => ({ text: count(id, group) }))]),
  };
}

/** What is in the tables of a comparison. */
export interface TableOptions {
  /** Whether there is a table of the edges too. Default false: there can be many. */
  readonly edges?: boolean;
}

/** All tables of a comparison. */
export function tablesOf(comparison: Comparison, { edges = false }: TableOptions = {}): Table[] {
  const details = comparison.metrics.map((_, index) => metricTable(comparison, index));
  return [
    overviewTable(comparison),
    ...details.filter((table) => table !== undefined),
    ...(edges ? [edgeTable(comparison)] : []),
  ];
}

/** What the numbers are, in sentences. */
export function legendOf({ groups }: Comparison): string[] {
  const seeds = [...new Set(groups.flatMap((group) => group.seeds))].sort((a, b) => a - b);
  return [
    seeds.length > 1
      ? `Mean ± sample standard deviation over ${seeds.length} seeds (${seeds.join(', ')}).`
      : `Seed ${seeds.join()} alone, so there is no spread to tell.`,
    'Test split; discrete networks unless said otherwise.',
    ...(groups.length > 1 ? ['Differences are taken run by run, paired by seed.'] : []),
  ];
}
