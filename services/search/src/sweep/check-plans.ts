import { TaskweaveError } from '@taskweave/common';
import { invalidCombinations, type Sweep } from '@taskweave/spec';
import { makePlan } from '../run/plan.js';
import type { RunControl } from '../run/run-control.js';
import { ServiceGroup } from '../run/services.js';
import { settleDevice } from '../run/start-run.js';
import { checkInitialWeights } from '../weights/initial-weights.js';

/**
 * Plans a run of every variant, as `start` would, so that what is wrong with one of them is known before the first is
 * started: networks that do not fit the images or each other, data that is not there, engines that are not installed.
 *
 * @param fileName of the sweep, for messages
 * @throws TaskweaveError `CONFIG_INVALID` with the names of all bad combinations; `STOPPED`
 */
export async function checkPlans({ variants }: Sweep, fileName: string, control: RunControl): Promise<void> {
  const onCrash = control.abort.bind(control);
  const services = await ServiceGroup.start(['data-loader'], { processes: false, onCrash });
  const faults = new Map<string, string[]>();
  try {
    for (const { name, spec } of variants) {
      control.throwIfEnding();
      try {
        const settled = await settleDevice(spec);
        const plan = await makePlan(settled, services.connection('data-loader'), control.signal);
        await checkInitialWeights([{ plan, own: true }]);
      } catch (thrown) {
        const error = TaskweaveError.from(thrown);
        control.throwIfEnding();
        if (error.exitCode !== 2) throw error;
        const text = describe(error);
        faults.set(text, [...(faults.get(text) ?? []), name]);
      }
    }
  } finally {
    await services.stop();
  }
  if (faults.size > 0) throw invalidCombinations(faults, variants.length, fileName);
}

/** In one line: the field, what is wrong, what was found and expected. */
function describe({ message, subject, found, expected }: TaskweaveError): string {
  const details = [
    ...(found === undefined ? [] : [`found ${found}`]),
    ...(expected === undefined ? [] : [`expected ${expected}`]),
  ];
  const where = subject === undefined ? '' : `${subject}: `;
  return `${where}${message}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
