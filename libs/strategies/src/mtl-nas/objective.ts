import type { Direction, Edge } from '@taskweave/search-space';
import { ramp } from '../ramp.js';
import type { MtlNasOptions } from './options.js';
import { edgeCosts, entropyTerm, sparsityTerm, type Term } from './regularizers.js';

/** Weights of the regularisers at one step. */
export interface TermWeights {
  readonly entropy: number;
  readonly l1: number;
}

/** The weights of the two regularisers at step t of S; 0 for one that is switched off. */
export function termWeights({ entropy, l1 }: MtlNasOptions, step: number, steps: number): TermWeights {
  const grown = ({ weight, period }: { weight: number; period: [number, number] }) =>
    ramp({ start: 0, end: weight, period, power: 1 }, step, steps);
  const l1Over = l1.offAfterPeriod && step / steps > l1.period[1];
  return {
    entropy: entropy.enabled ? grown(entropy) : 0,
    l1: l1.enabled && !l1Over ? grown(l1) : 0,
  };
}

/** What the regularisers add to the loss of the architecture pass, in value and gradient. */
export function regularization(
  alphas: readonly number[],
  edges: readonly Edge[],
  directions: readonly Direction[],
  weights: TermWeights,
  weightedL1: boolean,
): Term {
  const entropy = entropyTerm(alphas, directions);
  const costs = weightedL1 ? edgeCosts(edges, directions) : new Float64Array(edges.length).fill(1);
  const l1 = sparsityTerm(alphas, directions, costs);
  return {
    value: weights.entropy * entropy.value + weights.l1 * l1.value,
    gradient: entropy.gradient.map(
      (slope, edge) => weights.entropy * slope + weights.l1 * l1.gradient[edge]!,
    ),
  };
}
