import type { NamedTensors, Tensor } from '@taskweave/engine';

/** What a layer needs to know while a network runs forward. */
export interface ForwardContext {
  /** The parameter of that full name. */
  parameter(name: string): Tensor;
  /** True: normalise by the statistics of the batch and update the running ones. */
  readonly training: boolean;
  readonly batchNorm: BatchNormSettings;
  /** Where dropout gets its random numbers from; absent: no dropout. */
  readonly random?: StepRandom;
  /** Next values of the running statistics, by full name; filled while training. */
  readonly statistics: NamedTensors;
}

/** Key of the random numbers of one pass of a training step. */
export interface StepRandom {
  /** Which of a step's passes it is, e.g. `weight-step`: each drops other elements. */
  readonly pass: string;
  /** The run's seed, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Number of the step, int32 scalar: an input, or every step would drop the same elements. */
  readonly step: Tensor;
}

export interface BatchNormSettings {
  /** Added to the variance; MTL-NAS (CVPR 2020) uses 1e-3. */
  readonly epsilon: number;
  /** Weight of the batch at hand in the running statistics, 0..1; MTL-NAS (CVPR 2020) uses 0.05. */
  readonly momentum: number;
}

/** A context over a table of parameters. */
export function forwardContext(
  parameters: NamedTensors,
  options: { training: boolean; batchNorm: BatchNormSettings; random?: StepRandom },
): ForwardContext {
  return {
    ...options,
    statistics: {},
    parameter(name) {
      const tensor = parameters[name];
      if (tensor === undefined) throw new Error(`the network has no parameter ${name}`);
      return tensor;
    },
  };
}
