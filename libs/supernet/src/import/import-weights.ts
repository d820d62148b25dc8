import { initialValues } from '@taskweave/backbones';
import type { NamedTensor } from '@taskweave/common';
import type { HostTensors } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { readParameters } from './read-parameters.js';

export interface ImportedWeights {
  /** Id of the format that the names were recognised as. */
  readonly format: string;
  /** All parameters of the network. */
  readonly parameters: HostTensors;
  /** One per edge, in edge order; absent when the file holds none. */
  readonly alphas?: readonly number[];
  /** Parameters that the file says nothing of; they have their initial values. */
  readonly initial: readonly string[];
}

export interface ImportOptions {
  /** The file's name, for errors. */
  readonly source: string;
  /** Seed of the initial values of what the file says nothing of, an unsigned 32-bit integer. */
  readonly seed: number;
}

/**
 * Weights from another program, matched by name and never by position.
 *
 * @param tensors the contents of a file
 * @throws TaskweaveError CONFIG_INVALID for names of no known format, for networks that the format has no names for,
 *   and for tensors that are missing, left over, of another shape or type, or with bad values: all of them, by name
 */
export function importWeights(
  supernet: Supernet,
  tensors: readonly NamedTensor[],
  { source, seed }: ImportOptions,
): ImportedWeights {
  const { format, parameters, alphas } = readParameters(supernet, tensors, source);
  const initial = supernet.parameters.filter(({ name }) => !Object.hasOwn(parameters, name));
  return {
    format: format.id,
    parameters: { ...initialValues(initial, seed), ...parameters },
    ...(alphas !== undefined && { alphas }),
    initial: initial.map(({ name }) => name),
  };
}
