import type { RunPlan, RunSpec } from '@taskweave/spec';
import { checkInitialWeights } from '../weights/initial-weights.js';
import { makePlan } from '../run/plan.js';
import type { RunControl } from '../run/run-control.js';
import { ServiceGroup } from '../run/services.js';
import { settleDevice } from '../run/start-run.js';

export interface PlannedRun {
  /** As one trainer has it: with several, batches are as large as the largest part of one. */
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
    return await use({ plan: partOfOneTrainer(plan), services });
  } finally {
    await services.stop();
  }
}

function partOfOneTrainer(plan: RunPlan): RunPlan {
  const { data, trainers } = plan.spec;
  const batchSize = Math.ceil(data.batchSize / trainers.count);
  return { ...plan, spec: { ...plan.spec, data: { ...data, batchSize } } };
}
