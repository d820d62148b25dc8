import type { StepRandom } from '@taskweave/backbones';
import type { NamedTensors, Program } from '@taskweave/engine';

/** How a training pass draws the elements that dropout drops. */
export interface DropoutOptions {
  /** The run's seed. Absent: no dropout, and no input `step`. */
  readonly dropoutSeed?: number;
}

/** Spec of the input that numbers the steps, if there is dropout. */
export function stepSpecs({ dropoutSeed }: DropoutOptions): Program['inputs'] {
  return dropoutSeed === undefined ? {} : { step: { dtype: 'int32', shape: [] } };
}

/**
 * The key of a pass, as an option of the forward computation.
 *
 * @param pass the program's name: the passes of one step drop different elements
 */
export function stepRandom(
  pass: string,
  { dropoutSeed }: DropoutOptions,
  { step }: NamedTensors,
): { random?: StepRandom } {
  return dropoutSeed === undefined ? {} : { random: { seed: dropoutSeed, step: step!, pass } };
}
