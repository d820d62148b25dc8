import { initialValues } from '@taskweave/backbones';
import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import { float32, type HostTensor, type HostTensors } from '@taskweave/engine';
import type { Supernet } from '../supernet.js';
import { recogniseFormat, weightFormats } from './formats.js';
import { ImportProblems } from './import-problems.js';
import { kernelFromOihw, oihwShape } from './kernel-layout.js';
import type { ParameterSource, WeightFormat } from './weight-format.js';

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
  const format = findFormat(new Set(tensors.map(({ name }) => name)), source);
  const wanted = tensors.filter(({ name }) => !format.ignores(name));
  const byName = new Map(wanted.map((tensor) => [tensor.name, tensor]));
  const sources = format.parameters(supernet, new Set(byName.keys()));
  const named = new Set(sources.map(({ parameter }) => parameter));
  const initial = supernet.parameters.filter(({ name }) => !named.has(name));
  if (format.complete && initial.length > 0) throw otherNetworks(format, initial[0]!.name);

  const reader = new Reader(byName);
  const shapes = new Map(supernet.parameters.map(({ name, shape }) => [name, shape]));
  const parameters: HostTensors = {};
  for (const one of sources) {
    const shape = shapes.get(one.parameter);
    if (shape === undefined) throw otherNetworks(format, one.parameter);
    parameters[one.parameter] = reader.parameter(one, shape);
  }
  const alphas = readAlphas(supernet, format, reader);
  for (const name of reader.unread()) reader.problems.add('extra', name);
  reader.problems.throwIfAny(source, format.id);
  return {
    format: format.id,
    parameters: { ...initialValues(initial, seed), ...parameters },
    ...(alphas !== undefined && { alphas }),
    initial: initial.map(({ name }) => name),
  };
}

/** Takes tensors out of a file and keeps count of what is wrong with them. */
class Reader {
  readonly problems = new ImportProblems();
  readonly #tensors: ReadonlyMap<string, NamedTensor>;
  /** What has been looked at: the values, or nothing when they are of no use. */
  readonly #read = new Map<string, Float32Array | undefined>();

  constructor(tensors: ReadonlyMap<string, NamedTensor>) {
    this.#tensors = tensors;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  unread(): string[] {
    return [...this.#tensors.keys()].filter((name) => !this.#read.has(name));
  }

  /** The value of a parameter; one of its shape if the file has none. */
  parameter({ from, layout, minus, parameter }: ParameterSource, shape: readonly number[]): HostTensor {
    const values = this.values(from, layout === 'oihw' ? oihwShape(shape) : shape);
    const subtrahend = minus === undefined ? undefined : this.values(minus, shape);
    if (values === undefined) return float32(shape, []);
    if (parameter.endsWith('/variance') && values.some((value) => value < 0)) {
      this.problems.add('with bad values', from, 'has a negative variance');
    }
    if (layout === 'oihw') return float32(shape, kernelFromOihw(values, shape));
    if (subtrahend === undefined) return float32(shape, values);
    return float32(
      shape,
      values.map((value, i) => value - subtrahend[i]!),
    );
  }

  /** The elements of a tensor; nothing when there is a problem with it, which is told once. */
  values(name: string, shape: readonly number[]): Float32Array | undefined {
    if (!this.#read.has(name)) this.#read.set(name, this.#check(name, shape));
    return this.#read.get(name);
  }

  #check(name: string, shape: readonly number[]): Float32Array | undefined {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) {
      this.problems.add('missing', name, `[${shape.join(', ')}]`);
      return undefined;
    }
    if (tensor.shape.join() !== shape.join()) {
      const shapes = `[${tensor.shape.join(', ')}], expected [${shape.join(', ')}]`;
      this.problems.add('of another shape', name, shapes);
      return undefined;
    }
    if (tensor.dtype !== 'float32' && tensor.dtype !== 'float64') {
      this.problems.add('of another type', name, `${tensor.dtype}, expected float32`);
      return undefined;
    }
    const values = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) this.problems.add('with bad values', name, `has ${values[bad]!} at element ${bad}`);
    return values;
  }
}

function readAlphas(supernet: Supernet, { alphas }: WeightFormat, reader: Reader): number[] | undefined {
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
