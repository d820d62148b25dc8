import type { ParameterDeclaration } from '@taskweave/backbones';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import type { HostTensors } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { recogniseFormat, weightFormats } from './formats.js';
import { TensorReader } from './tensor-reader.js';
import type { ParameterSource, WantedPart, WeightFormat } from './weight-format.js';

/** What a file of weights says of a network. */
export interface ReadParameters {
  readonly format: WeightFormat;
  readonly parameters: HostTensors;
  /** One per edge, in edge order; absent when the file holds none, or a part is wanted. */
  readonly alphas?: readonly number[];
  /** Tensors that belong to nothing that is wanted. */
  readonly unused: readonly string[];
}

/**
 * Reads parameters out of the tensors of a file, matched by name and never by position.
 *
 * @param source the file's name, for errors
 * @param part what is wanted of the file; everything unless given. Fusion nodes are left out too when the file has none.
 * @throws TaskweaveError CONFIG_INVALID for names of no known format, for networks that the format has no names for,
 *   and for tensors that are missing, left over, of another shape or type, or with bad values: all of them, by name
 */
export function readParameters(
  supernet: Supernet,
  tensors: readonly NamedTensor[],
  source: string,
  part?: WantedPart,
): ReadParameters {
  const format = findFormat(new Set(tensors.map(({ name }) => name)), source);
  const byName = new Map(
    tensors.filter(({ name }) => !format.ignores(name)).map((tensor) => [tensor.name, tensor]),
  );
  const sources = format.parameters(supernet, new Set(byName.keys()));
  const wanted = part && settleFusion(part, supernet, sources, byName);
  const declared = supernet.parameters.filter((parameter) => isIn(wanted, parameter));
  const shapes = new Map(declared.map(({ name, shape }) => [name, shape]));
  const chosen = wanted === undefined ? sources : sources.filter(({ parameter }) => shapes.has(parameter));
  const named = new Set(chosen.map(({ parameter }) => parameter));
  const unnamed = declared.find(({ name }) => !named.has(name));
  if (unnamed !== undefined && (format.complete || chosen.length === 0)) {
    throw otherNetworks(format, unnamed.name);
  }

  const reader = new TensorReader(byName);
  const parameters: HostTensors = {};
  for (const one of chosen) {
    const shape = shapes.get(one.parameter);
    if (shape === undefined) throw otherNetworks(format, one.parameter);
    parameters[one.parameter] = reader.parameter(one, shape);
  }
  const alphas = wanted === undefined ? readAlphas(supernet, format, reader) : undefined;
  const isOutside = wanted === undefined ? () => false : outside(supernet, format, sources, wanted);
  const unread = reader.unread();
  for (const name of unread.filter((one) => !isOutside(one))) reader.problems.add('extra', name);
  reader.problems.throwIfAny(source, format.id);
  return { format, parameters, ...(alphas !== undefined && { alphas }), unused: unread.filter(isOutside) };
}

function isIn(part: WantedPart | undefined, { name, group }: ParameterDeclaration): boolean {
  if (part === undefined) return true;
  return (part.fusion || group !== 'fusion') && (part.task === undefined || name.startsWith(`${part.task}/`));
}

/** Weights of networks that were trained apart say nothing of fusion nodes. */
function settleFusion(
  part: WantedPart,
  { parameters }: Supernet,
  sources: readonly ParameterSource[],
  tensors: ReadonlyMap<string, unknown>,
): WantedPart {
  const nodes = new Set(parameters.filter(({ group }) => group === 'fusion').map(({ name }) => name));
  const fusion =
    part.fusion && sources.some(({ parameter, from }) => nodes.has(parameter) && tensors.has(from));
  return { ...part, fusion };
}

/** Tells a tensor that is of no use here from one that has no business in the file. */
function outside(
  { networks, parameters }: Supernet,
  format: WeightFormat,
  sources: readonly ParameterSource[],
  part: WantedPart,
): (name: string) => boolean {
  const own = new Set(parameters.map(({ name }) => name));
  const known = new Set([
    ...sources.flatMap(({ from, minus }) => (minus === undefined ? [from] : [from, minus])),
    // A shared trunk leaves the other tasks' trunks out.
    ...networks
      .flatMap(({ backbone }) => backbone.parameters.map(({ name }) => name))
      .filter((name) => !own.has(name)),
  ]);
  return (name) => known.has(name) || format.isOutside?.(name, part) === true;
}

function readAlphas(
  supernet: Supernet,
  { alphas }: WeightFormat,
  reader: TensorReader,
): number[] | undefined {
  const sources = alphas?.(supernet) ?? [];
  if (!sources.some(({ from }) => reader.has(from))) return undefined;
  return sources.map(({ from, shape, index }) => reader.values(from, shape)?.[index] ?? NaN);
}

function findFormat(names: ReadonlySet<string>, source: string): WeightFormat {
  const format = recogniseFormat(names);
  if (format !== undefined) return format;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The names of the tensors are of no format that can be imported.',
    subject: source,
    found:
      names.size === 0
        ? 'no tensors'
        : `${[...names].slice(0, 5).join(', ')}${names.size > 5 ? ', ...' : ''}`,
    expected: `names of ${weightFormats.map(({ id }) => id).join(', ')}`,
  });
}

function otherNetworks({ id }: WeightFormat, parameter: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The weights are those of networks of another kind.',
    subject: 'tasks[].backbone',
    found: `a network with ${parameter}`,
    expected: `networks that the format ${id} has names for`,
    action: 'Use a config with the networks that the weights were trained in.',
  });
}
