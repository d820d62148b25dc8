import { tf, type Tensor } from '@taskweave/engine';
import type { FusionInit } from '../fusion.js';

/**
 * How the weights of a sum over the own feature and k others start: (w_t, w_s / k, ..., w_s / k), as the kernels of the
 * searched nodes do. There is no random start for sums: 'kaiming' gives all features the same weight, 1 / (k + 1).
 */
export function initialShares(sources: number, init: FusionInit): number[] {
  if (init === 'kaiming') return Array<number>(sources + 1).fill(1 / (sources + 1));
  const [own, total] = init;
  return [own, ...Array<number>(sources).fill(total / sources)];
}

/** Factors of the own feature, which has no gate, and of the others: (1, g_1, ..., g_k), shape [k + 1]. */
export function gateFactors(gates: Tensor): Tensor {
  return tf.concat([tf.ones([1]), gates], 0);
}

/**
 * Sum of w_m · x_m.
 *
 * @param weights shape [terms]
 */
export function weightedSum(weights: Tensor, terms: readonly Tensor[]): Tensor {
  return terms
    .map((term, m) => tf.mul(term, tf.slice(weights, [m], [1])))
    .reduce((sum, term) => tf.add(sum, term));
}
