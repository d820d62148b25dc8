import type { RunPlan, RunSpec } from '@taskweave/spec';
import { checkInitialWeights } from '../weights/initial-weights.js';
import { makePlan } from '../run/plan.js';
import type { RunControl } from '../run/run-control.js';
import { ServiceGroup } from '../run/services.js';
import { settleDevice } from '../run/start-run.js';

export interface PlannedRun {
  readonly plan: RunPlan;
  /** With a data loader in it. */
  readonly services: ServiceGroup;
}

/**
 * Plans a run as `start` would, without starting it, and keeps the data loader for as long as the plan is used.
 *
 * @throws TaskweaveError: whatever `start` would refuse
 */
export async function withPlan<T>(
  spec: RunSpec,
  control: RunControl,
  use: (planned: PlannedRun) => Promise<T>,
): Promise<T> {
  const settled = await settleDevice(spec);
  const onCrash = control.abort.bind(control);
  const services = await ServiceGroup.start(['data-loader'], { processes: false, onCrash });
  try {
    control.throwIfEnding();
    const plan = await makePlan(settled, services.connection('data-loader'), control.signal);
    await checkInitialWeights([{ plan, own: true }]);
    return await use({ plan, services });
  } finally {
    await services.stop();
  }
}
