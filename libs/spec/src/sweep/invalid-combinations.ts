import { TaskweaveError } from '@taskweave/common';

/**
 * `CONFIG_INVALID` for combinations that cannot be run.
 *
 * @param faults names of combinations by what is wrong with them
 */
export function invalidCombinations(
  faults: ReadonlyMap<string, readonly string[]>,
  total: number,
  fileName: string,
): TaskweaveError {
  const bad = new Set([...faults.values()].flat()).size;
  const lines = [...faults].map(([text, names]) => {
    const where = names.length === total && total > 1 ? `all ${total} combinations` : names.join(', ');
    return `  ${text} (in ${where})`;
  });
  const headline = `${bad} of ${total} combinations of the sweep cannot be run:`;
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: [headline, ...lines].join('\n'),
    subject: fileName,
  });
}
