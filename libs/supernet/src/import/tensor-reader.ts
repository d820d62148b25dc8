import type { NamedTensor } from '@taskweave/common';
import { float32, type HostTensor } from '@taskweave/engine';
import { ImportProblems } from './import-problems.js';
import { kernelFromOihw, oihwShape } from './kernel-layout.js';
import type { ParameterSource } from './weight-format.js';

/** Takes tensors out of a file and keeps count of what is wrong with them. */
export class TensorReader {
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
