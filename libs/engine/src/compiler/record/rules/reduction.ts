import { tf } from '../../../tfjs.js';
import type { Attributes, GraphType } from '../../graph.js';
import { each, fromFront, like, unary, type KernelRule, type KernelRules } from './rule.js';

/** Axes of a reduction, sorted and non-negative. */
export function reductionAxes(attributes: Attributes, rank: number): number[] {
  const axis = (attributes['axis'] ?? attributes['reductionIndices'] ?? null) as number | number[] | null;
  if (axis === null) return Array.from({ length: rank }, (_, i) => i);
  return [axis]
    .flat()
    .map((a) => fromFront(a, rank))
    .sort((a, b) => a - b);
}

const reduction = (dtype?: GraphType): KernelRule => ({
  inputs: ['x'],
  shape: ([x], attributes) => {
    const axes = new Set(reductionAxes(attributes, x!.shape.length));
    const keep = attributes['keepDims'] === true;
    const shape = x!.shape.flatMap((size, axis) => (axes.has(axis) ? (keep ? [1] : []) : [size]));
    return [{ dtype: dtype ?? x!.dtype, shape }];
  },
});

/** Kernels that combine elements along axes. */
export const REDUCTION_RULES: KernelRules = {
  ...each(['Max', 'Mean', 'Min', 'Prod', 'Sum'], reduction()),
  ...each(['ArgMax', 'ArgMin'], reduction('int32')),
  ...each(['Cumprod', 'Cumsum'], unary),
  Softmax: { inputs: ['logits'], shape: ([x]) => like(x!) },
  BatchMatMul: {
    inputs: ['a', 'b'],
    shape: ([a, b], attributes) => {
      const rows = a!.shape.at(attributes['transposeA'] === true ? -1 : -2)!;
      const columns = b!.shape.at(attributes['transposeB'] === true ? -2 : -1)!;
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(
        a!.shape.slice(0, -2),
        b!.shape.slice(0, -2),
      );
      return [{ dtype: 'float32', shape: [...batch, rows, columns] }];
    },
  },
  TopK: {
    inputs: ['x'],
    shape: ([x], attributes) => {
      const shape = [...x!.shape.slice(0, -1), attributes['k'] as number];
      return [
        { dtype: x!.dtype, shape },
        { dtype: 'int32', shape },
      ];
    },
  },
};
