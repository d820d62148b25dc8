import fc from 'fast-check';
import { int32, type HostTensor, type HostTensors } from '../host-tensor.js';
import { normal } from '../test-values.js';
import { tf, type NamedTensors } from '../tf.js';

type Apply = (x: NamedTensors) => tf.Tensor;

/** An op with options, and tensors that it can be applied to. */
export interface Case {
  readonly state: HostTensors;
  readonly apply: Apply;
}

/** An op as the tests run it: on random shapes and with random options, by the compiler and by the oracle. */
export interface Comparison {
  readonly cases: fc.Arbitrary<Case>;
  /** Which gradients are compared: all by default, none for results that are not differentiable. */
  readonly gradients?: 'all' | 'none';
  /** 1e-4 by default. */
  readonly tolerance?: number;
}

export type Comparisons = Readonly<Record<string, Comparison>>;

/** A number of elements along one axis. */
export const size = fc.integer({ min: 1, max: 5 });

export const shapeOfRank = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(size, { minLength: min, maxLength: max });

/** Normal numbers `x` of a random shape. */
export const anyTensor = (minRank = 0, maxRank = 4): fc.Arbitrary<HostTensors> =>
  shapeOfRank(minRank, maxRank).map((shape) => ({ x: normal('x', shape) }));

/** Normal numbers `x` and `y` whose shapes can be broadcast against each other. */
const broadcastPair: fc.Arbitrary<HostTensors> = fc
  .tuple(
    shapeOfRank(0, 4),
    fc.array(fc.constantFrom('x', 'y', 'neither'), { minLength: 4, maxLength: 4 }),
    fc.nat(4),
  )
  .map(([shape, ones, dropped]) => {
    const narrow = (name: string): number[] => shape.map((n, axis) => (ones[axis] === name ? 1 : n));
    return {
      x: normal('x', narrow('x')),
      y: normal('y', narrow('y').slice(Math.min(dropped, shape.length))),
    };
  });

/** Integers below a limit, the same for the same shape. */
export const indices = (shape: readonly number[], limit: number): HostTensor =>
  int32(
    shape,
    Int32Array.from(normal('indices', shape).data, (x) => Math.floor(Math.abs(x) * 1000) % limit),
  );

/** The same values, but in the layout that convolutions leave theirs in. */
export const asFeatureMap = (x: tf.Tensor): tf.Tensor =>
  x.rank === 4 ? tf.avgPool(x as tf.Tensor4D, 1, 1, 'valid') : x;

/** A comparison of a function of whatever tensors are drawn. */
export const on = (states: fc.Arbitrary<HostTensors>, apply: Apply): Comparison => ({
  cases: states.map((state) => ({ state, apply })),
});

/** A comparison of a function of one tensor of any rank. */
export const ofOne = (apply: (x: tf.Tensor) => tf.Tensor, states = anyTensor()): Comparison =>
  on(states, ({ x }) => apply(x!));

/** A comparison of a function of two tensors that are broadcast. */
export const ofTwo = (apply: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): Comparison =>
  on(broadcastPair, ({ x, y }) => apply(x!, y!));

export const withoutGradients = (comparison: Comparison): Comparison => ({
  ...comparison,
  gradients: 'none',
});
