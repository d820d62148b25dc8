import { initialValues } from '@taskweave/backbones';
import type { NamedTensor } from '@taskweave/common';
import type { HostTensors } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { readParameters } from './read-parameters.js';

/** A file of weights to start from. */
export interface WeightsFile {
  /** For errors. */
  readonly name: string;
  readonly tensors: readonly NamedTensor[];
  /** The only task whose network is wanted. */
  readonly task?: string;
}

/** What was taken from a file. */
export interface TakenWeights {
  /** Id of the format that its names were recognised as. */
  readonly format: string;
  /** How many parameters it gave, running statistics included. */
  readonly parameters: number;
  /** Tensors that belong to nothing that was wanted, such as other tasks' networks or architecture weights. */
  readonly unused: readonly string[];
}

export interface InitialWeights {
  /** All parameters of the network. */
  readonly parameters: HostTensors;
  /** In the order of the files. */
  readonly taken: readonly TakenWeights[];
  /** Parameters that no file says anything of; they have the values that training starts from without files. */
  readonly random: readonly string[];
}

export interface InitialWeightsOptions {
  /** Seed of what no file says anything of, an unsigned 32-bit integer. */
  readonly seed: number;
  /** Whether files that have fusion nodes give those too; a file for one task never does. */
  readonly fusion: boolean;
}

/**
 * The weights that a training starts from, some of them from files: matched by name, and all or nothing of each
 * network. Where files overlap, the later one counts.
 *
 * @throws TaskweaveError CONFIG_INVALID as `importWeights`
 */
export function initialWeights(
  supernet: Supernet,
  files: readonly WeightsFile[],
  { seed, fusion }: InitialWeightsOptions,
): InitialWeights {
  const read = files.map(({ name, tensors, task }) =>
    readParameters(supernet, tensors, name, task === undefined ? { fusion } : { task, fusion: false }),
  );
  const given: HostTensors = Object.assign({}, ...read.map(({ parameters }) => parameters));
  const random = supernet.parameters.filter(({ name }) => !Object.hasOwn(given, name));
  return {
    parameters: { ...initialValues(random, seed), ...given },
    taken: read.map(({ format, parameters, unused }) => ({
      format: format.id,
      parameters: Object.keys(parameters).length,
      unused,
    })),
    random: random.map(({ name }) => name),
  };
}
