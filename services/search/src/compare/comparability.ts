import type { FinishedRun } from './finished-run.js';
import type { Group } from './group-runs.js';
import { differingFields, fieldsOf } from './spec-fields.js';

/** What a run was measured on and with; where this differs, scores do not say which method is better. */
function conditions({ result, plan, codeVersion }: FinishedRun): Record<string, object> {
  const { spec, test } = result;
  const { set, options, batchSize, microBatches, trainSplit } = spec.data;
  const examples = Object.values(test.discrete).map((score) => score.examples);
  return {
    data: {
      data: { set, options },
      tasks: spec.tasks.map(({ id }) => id),
      imageShape: plan.imageShape,
      testExamples: examples,
    },
    budget: {
      steps: spec.steps,
      data: { batchSize, microBatches, trainSplit },
      trainers: { count: spec.trainers.count },
    },
    machine: { engine: spec.engine, codeVersion },
  };
}

const WORDS: Readonly<Record<string, string>> = {
  data: 'the runs are not scored on the same data',
  budget: 'the runs have not the same budget',
  machine: 'the runs were not computed alike, so last digits may differ',
};

/** Why scores of these groups should not be compared as they are; empty when nothing is in the way. */
export function comparabilityWarnings(groups: readonly Group[]): string[] {
  const runs = [...new Set(groups.flatMap(({ systems }) => systems.map(({ run }) => run)))];
  const all = runs.map(conditions);
  const warnings = Object.entries(WORDS).flatMap(([aspect, words]) => {
    const trees = all.map((one) => one[aspect]!);
    return differingFields(trees).map(
      (field) => `${words}: ${field} is ${describeValues(field, trees, runs)}`,
    );
  });
  return [...warnings, ...seedWarnings(groups)];
}

/** `40 in a, b; 80 in c`. */
function describeValues(field: string, trees: readonly object[], runs: readonly FinishedRun[]): string {
  const byValue = new Map<string, string[]>();
  trees.forEach((tree, index) => {
    const value = fieldsOf(tree).get(field) ?? '(not set)';
    byValue.set(value, [...(byValue.get(value) ?? []), runs[index]!.result.run]);
  });
  return [...byValue]
    .map(([value, names]) => {
      const more = names.length > 3 ? ` and ${names.length - 2} more` : '';
      return `${value} in ${names.slice(0, names.length > 3 ? 2 : 3).join(', ')}${more}`;
    })
    .join('; ');
}

/** The seeds of a group, ascending. */
export function seedsOf({ systems }: Group): number[] {
  return [...new Set(systems.map(({ run }) => run.result.seed))].sort((a, b) => a - b);
}

function seedWarnings(groups: readonly Group[]): string[] {
  const seeds = groups.map((group) => seedsOf(group).join(', '));
  if (new Set(seeds).size <= 1) return [];
  const each = groups.map(({ label }, index) => `${label}: ${seeds[index]}`);
  return [`the groups have not the same seeds (${each.join('; ')})`];
}
