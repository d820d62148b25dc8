import type { SpecIssue } from './spec-issue.js';
import { mismatch } from './spec-issue.js';
import { didYouMean, listNames } from './nearest.js';
import type { SpecPlugins } from './plugins.js';
import type { RunSpec } from './run-spec.js';

/**
 * Rules over more than one field.
 *
 * @param spec the sections that are valid by themselves; rules that need another section are skipped
 */
export function crossChecks(spec: Partial<RunSpec>, plugins: SpecPlugins): SpecIssue[] {
  return [
    ...taskIdsAreUnique(spec),
    ...tasksHaveLabels(spec, plugins),
    ...partsHaveExamples(spec),
    ...warmupEnds(spec),
  ];
}

function taskIdsAreUnique({ tasks = [] }: Partial<RunSpec>): SpecIssue[] {
  return tasks.flatMap(({ id }, index) => {
    const first = tasks.findIndex((task) => task.id === id);
    return first === index
      ? []
      : [{ path: ['tasks', index, 'id'], text: `found '${id}' again; tasks[${first}] has this id already` }];
  });
}

function tasksHaveLabels({ tasks = [], data }: Partial<RunSpec>, plugins: SpecPlugins): SpecIssue[] {
  if (data === undefined || !Object.hasOwn(plugins.dataSets, data.set)) return [];
  const known = plugins.taskIds(data.set);
  if (known === undefined) return []; // the data loader looks when it has opened the data set
  return tasks.flatMap(({ id }, index) => {
    if (known.includes(id)) return [];
    const expected = `a task of data set '${data.set}': ${listNames(known)}`;
    return [{ path: ['tasks', index, 'id'], text: mismatch(id, expected) + didYouMean(id, known) }];
  });
}

/** A batch is divided among trainers, and each trainer's part into micro-batches. */
function partsHaveExamples({ data, trainers }: Partial<RunSpec>): SpecIssue[] {
  if (data === undefined) return [];
  const { batchSize, microBatches } = data;
  const count = trainers?.count ?? 1;
  if (count > batchSize) {
    const expected = `no more than the ${batchSize} examples of a batch`;
    return [{ path: ['trainers', 'count'], text: mismatch(count, expected) }];
  }
  const examples = Math.floor(batchSize / count);
  if (microBatches <= examples) return [];
  const whose = count === 1 ? 'of a batch' : `that each of ${count} trainers has of a batch`;
  const expected = `no more than the ${examples} examples ${whose}`;
  return [{ path: ['data', 'microBatches'], text: mismatch(microBatches, expected) }];
}

function warmupEnds({ steps, optimizer }: Partial<RunSpec>): SpecIssue[] {
  if (steps === undefined || optimizer === undefined || optimizer.warmupSteps <= steps) return [];
  const expected = `no more than the ${steps} steps of the search`;
  return [{ path: ['optimizer', 'warmupSteps'], text: mismatch(optimizer.warmupSteps, expected) }];
}
