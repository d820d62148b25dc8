import { initialValues } from '@taskweave/backbones';
import type { HostTensors } from '@taskweave/engine';
import { initialAccumulators } from '../optimizer/accumulators.js';
import { initialSlots } from '../optimizer/sgd.js';
import type { Supernet } from '../supernet.js';
import type { TrainingPlan } from './pass-programs.js';

/**
 * All that a training keeps in the engine: parameters, momentum slots and, with micro-batches, accumulators.
 *
 * @param stored parameters and slots to continue with; as training starts by default
 */
export function trainingState(
  { parameters }: Supernet,
  { spec }: TrainingPlan,
  stored: HostTensors = { ...initialValues(parameters, spec.seed), ...initialSlots(parameters) },
): HostTensors {
  return { ...stored, ...(spec.data.microBatches > 1 && initialAccumulators(parameters)) };
}
