import { tf } from '../../../tfjs.js';
import type { Attributes, GraphType, TensorLike, Value } from '../../graph.js';

/** Works out what a kernel returns from what it is given. */
export type ShapeRule = (inputs: readonly Value[], attributes: Attributes) => TensorLike[];

export interface KernelRule {
  /** Names of the kernel's inputs, in the order the graph keeps them; absent for a list (`Concat`). */
  readonly inputs: readonly string[] | 'list';
  readonly shape: ShapeRule;
}

export type KernelRules = Readonly<Record<string, KernelRule>>;

export const like = (value: Value, dtype: GraphType = value.dtype): TensorLike[] => [
  { dtype, shape: value.shape },
];

/** A kernel whose result is like its only input. */
export const unary: KernelRule = { inputs: ['x'], shape: ([x]) => like(x!) };

/** A kernel whose two inputs are broadcast against each other. */
export const binary = (dtype?: GraphType): KernelRule => ({
  inputs: ['a', 'b'],
  shape: ([a, b]) => [
    {
      dtype: dtype ?? a!.dtype,
      shape: tf.broadcast_util.assertAndGetBroadcastShape([...a!.shape], [...b!.shape]),
    },
  ],
});

/** The same rule for several kernels. */
export const each = (kernels: readonly string[], rule: KernelRule): KernelRules =>
  Object.fromEntries(kernels.map((kernel) => [kernel, rule]));

/** An attribute that is a list of numbers. */
export const numbers = (attributes: Attributes, key: string): number[] => attributes[key] as number[];

/** An axis as a number from 0 on. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
