import { uniformValue, type Operation, type Value } from '../compiler/graph.js';
import type { HostTensor } from '../host-tensor.js';
import type { TrainedGraph } from './trained-graph.js';

/** Operations that are linear in their second input, whose last axes are the channels of the output. */
const LINEAR: ReadonlySet<string> = new Set([
  'BatchMatMul',
  'Conv2D',
  'DepthwiseConv2dNative',
  'GroupedConv2D',
]);

/** A linear operation and the scale and shift, a number for each channel, that follow it. */
export interface AffineChain {
  readonly linear: Operation;
  /** Weights that the scale and the shift were made of. */
  readonly absorbed: readonly Value[];
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** One step of a chain: scale · x + shift. */
interface Step {
  readonly x: Value;
  readonly constant: Value;
  readonly scale: (channel: number) => number;
  readonly shift: (channel: number) => number;
}

/** Finds the chains of a graph by their last operation. */
export class AffineChains {
  readonly #parameters: TrainedGraph['parameters'];
  readonly #readers: ReadonlyMap<Value, number>;

  /** @param readers how often each value is read, as an operand or as an output of the graph */
  constructor({ parameters }: TrainedGraph, readers: ReadonlyMap<Value, number>) {
    this.#parameters = parameters;
    this.#readers = readers;
  }

  /** The chain that ends with an operation, and its operations but the linear one; undefined if there is none. */
  endingWith(last: Operation): { chain: AffineChain; steps: Operation[] } | undefined {
    const channels = last.outputs[0]?.shape.at(-1) ?? 0;
    const scale = new Float64Array(channels).fill(1);
    const shift = new Float64Array(channels);
    const steps: Operation[] = [];
    const absorbed: Value[] = [];
    let operation = last;
    for (;;) {
      const step = this.#step(operation);
      if (step === undefined || this.#readers.get(step.x) !== 1) break;
      for (let c = 0; c < channels; c++) {
        shift[c]! += scale[c]! * step.shift(c);
        scale[c]! *= step.scale(c);
      }
      steps.push(operation);
      absorbed.push(step.constant);
      operation = step.x.operation;
    }
    if (steps.length === 0 || !this.#isFoldable(operation)) return undefined;
    return { chain: { linear: operation, absorbed, scale, shift }, steps };
  }

  #isFoldable({ kernel, inputs, attributes }: Operation): boolean {
    return (
      LINEAR.has(kernel) &&
      inputs.length === 2 &&
      attributes['transposeB'] !== true &&
      this.#weight(inputs[1]!) !== undefined
    );
  }

  #step({ kernel, inputs, outputs }: Operation): Step | undefined {
    if (inputs.length !== 2 || outputs[0]!.dtype !== 'float32') return undefined;
    const [a, b] = inputs as [Value, Value];
    const [left, right] = [this.#vector(a), this.#vector(b)];
    if ((left === undefined) === (right === undefined)) return undefined;
    const [x, constant, vector] = right === undefined ? [b, a, left!] : [a, b, right];
    if (x.shape.join() !== outputs[0]!.shape.join()) return undefined;
    const [zero, one] = [() => 0, () => 1];
    switch (kernel) {
      case 'Add':
        return { x, constant, scale: one, shift: vector };
      case 'Sub':
        return right === undefined
          ? { x, constant, scale: () => -1, shift: vector }
          : { x, constant, scale: one, shift: (c) => -vector(c) };
      case 'Multiply':
        return { x, constant, scale: vector, shift: zero };
      case 'RealDiv':
        return right === undefined ? undefined : { x, constant, scale: (c) => 1 / vector(c), shift: zero };
      default:
        return undefined;
    }
  }

  /** A constant with one number for each channel, or one for all. */
  #vector(value: Value): ((channel: number) => number) | undefined {
    if (value.shape.slice(0, -1).some((size) => size !== 1)) return undefined;
    const uniform = uniformValue(value);
    if (uniform !== undefined) return () => uniform;
    const data = this.#weight(value)?.data;
    if (data === undefined) return undefined;
    return data.length === 1 ? () => data[0]! : (channel) => data[channel]!;
  }

  #weight({ operation: { kernel, attributes } }: Value): HostTensor | undefined {
    return kernel === 'Input' ? this.#parameters[attributes['name'] as string] : undefined;
  }
}
