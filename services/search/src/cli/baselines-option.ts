import { TaskweaveError } from '@taskweave/common';
import { BASELINE_METHODS, didYouMean, listNames, type BaselineMethod } from '@taskweave/spec';

/**
 * The methods that `--baselines` names, each once: `single-task,random`; without a value, `single-task`.
 *
 * @param value `true` without a value, undefined without the option
 * @throws TaskweaveError CONFIG_INVALID naming the methods there are
 */
export function parseBaselines(value: string | true | undefined): BaselineMethod[] {
  if (value === undefined) return [];
  if (value === true) return ['single-task'];
  const names = value.split(',').map((name) => name.trim());
  return [...new Set(names)].map((name) => {
    const method = BASELINE_METHODS.find((one) => one === name);
    if (method !== undefined) return method;
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: `There is no baseline of this name${didYouMean(name, BASELINE_METHODS) || '.'}`,
      subject: '--baselines',
      found: name,
      expected: `one or more, separated by commas, of: ${listNames(BASELINE_METHODS)}`,
    });
  });
}
