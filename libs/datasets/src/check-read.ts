import { TaskweaveError } from '@taskweave/common';
import type { DataSet, Part } from './data-set.js';

/**
 * Checks what a data set is asked to read.
 *
 * @param id of the data set, for the messages
 * @throws TaskweaveError `CONFIG_INVALID` for a task it does not have, `INTERNAL` for an index beyond the part
 */
export function checkRead(
  id: string,
  { tasks: declared, sizes }: Pick<DataSet, 'tasks' | 'sizes'>,
  part: Part,
  indices: Uint32Array,
  tasks: readonly string[],
): void {
  for (const task of tasks) {
    if (!declared.some((one) => one.id === task)) throw noSuchTask(id, task, declared);
  }
  const beyond = indices.find((index) => index >= sizes[part]);
  if (beyond === undefined) return;
  throw new TaskweaveError({
    code: 'INTERNAL',
    message: `There is no such example in the ${part} part of ${id}.`,
    found: String(beyond),
    expected: `an index below ${sizes[part]}`,
  });
}

/** What is thrown for a task that a data set does not have. */
export function noSuchTask(id: string, found: string, declared: DataSet['tasks']): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `Data set '${id}' has no labels for this task.`,
    subject: 'tasks',
    found,
    expected: declared.map((task) => task.id).join(', '),
  });
}
