import { TaskweaveError } from '@taskweave/common';
import { findDataSet } from '@taskweave/datasets';
import type { RunSpec, TaskDeclaration } from '@taskweave/spec';

/**
 * The tasks of a spec as its data set declares them, without opening it.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for a data set that knows its tasks only once it is opened
 */
export function declaredTasks({ tasks, data }: RunSpec): TaskDeclaration[] {
  const known: readonly TaskDeclaration[] | undefined = findDataSet(data.set).tasks;
  return tasks.map(({ id }) => {
    const task = known?.find((one) => one.id === id);
    if (task !== undefined) return task;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'What this task predicts is known only when its data set is opened.',
      subject: 'data.set',
      found: data.set,
      expected: 'a data set that declares its tasks, such as nyuv2',
      action: 'Leave --batch out, so that the data set is opened.',
    });
  });
}
