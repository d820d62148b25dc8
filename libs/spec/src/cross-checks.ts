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
    ...microBatchesHaveExamples(spec),
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

function microBatchesHaveExamples({ data }: Partial<RunSpec>): SpecIssue[] {
  if (data === undefined || data.microBatches <= data.batchSize) return [];
  const expected = `no more than the ${data.batchSize} examples of a batch`;
  return [{ path: ['data', 'microBatches'], text: mismatch(data.microBatches, expected) }];
}

function warmupEnds({ steps, optimizer }: Partial<RunSpec>): SpecIssue[] {
  if (steps === undefined || optimizer === undefined || optimizer.warmupSteps <= steps) return [];
  const expected = `no more than the ${steps} steps of the search`;
  return [{ path: ['optimizer', 'warmupSteps'], text: mismatch(optimizer.warmupSteps, expected) }];
}
