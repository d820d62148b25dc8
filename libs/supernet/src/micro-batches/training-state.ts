import { initialValues } from '@taskweave/backbones';
import type { HostTensors } from '@taskweave/engine';
import { initialAccumulators } from '../optimizer/accumulators.js';
import { initialSlots } from '../optimizer/sgd.js';
import type { Supernet } from '../supernet.js';
import { accumulatesGradients } from './accumulates.js';
import type { TrainingPlan } from './pass-programs.js';

/**
 * All that a training keeps in the engine: parameters, momentum slots and, where gradients are accumulated, accumulators.
 *
 * @param stored parameters and slots to continue with; as training starts by default
 */
export function trainingState(
  { parameters }: Supernet,
  { spec }: TrainingPlan,
  stored: HostTensors = { ...initialValues(parameters, spec.seed), ...initialSlots(parameters) },
): HostTensors {
  return { ...stored, ...(accumulatesGradients(spec) && initialAccumulators(parameters)) };
}
