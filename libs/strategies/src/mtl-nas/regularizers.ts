import type { Direction, Edge } from '@taskweave/search-space';
import { sigmoid } from './gates.js';

/**
 * The two regularisers of MTL-NAS (CVPR 2020). Both are a mean over directions of the mean over that direction's
 * edges, so that their weights mean the same for any number of tasks.
 */

/** A term of the architecture loss with its gradient. */
export interface Term {
  readonly value: number;
  /** d(value)/d(alpha), in edge order. */
  readonly gradient: Float64Array;
}

/** Mean over directions of the mean over edges of a function of alpha and edge. */
function meanOverDirections(
  alphas: readonly number[],
  directions: readonly Direction[],
  edgeTerm: (alpha: number, edge: number) => { value: number; derivative: number },
): Term {
  const gradient = new Float64Array(alphas.length);
  let value = 0;
  for (const { edges } of directions) {
    const share = 1 / (edges.length * directions.length);
    for (const edge of edges) {
      const term = edgeTerm(alphas[edge]!, edge);
      value += share * term.value;
      gradient[edge] = share * term.derivative;
    }
  }
  return { value, gradient };
}

/**
 * Entropy of a gate that is open with probability p = σ(alpha), in nats: -p ln p - (1-p) ln(1-p), computed as
 * softplus(|alpha|) - |alpha|·σ(|alpha|), which is stable and exact in its symmetry.
 */
export function gateEntropy(alpha: number): number {
  const size = Math.abs(alpha);
  const tail = Math.exp(-size);
  // softplus(a) - a·σ(a) = ln(1 + e^-a) + a·σ(-a) for a >= 0: no difference of large numbers.
  return Math.log1p(tail) + (size * tail) / (1 + tail);
}

/** Minimum entropy: pushes every gate towards open or closed. */
export function entropyTerm(alphas: readonly number[], directions: readonly Direction[]): Term {
  return meanOverDirections(alphas, directions, (alpha) => ({
    value: gateEntropy(alpha),
    derivative: -alpha * sigmoid(alpha) * sigmoid(-alpha),
  }));
}

/** L1 on the gates' probabilities: mean of cost · σ(alpha). `costs` in edge order. */
export function sparsityTerm(
  alphas: readonly number[],
  directions: readonly Direction[],
  costs: ArrayLike<number>,
): Term {
  return meanOverDirections(alphas, directions, (alpha, edge) => ({
    value: costs[edge]! * sigmoid(alpha),
    derivative: costs[edge]! * sigmoid(alpha) * sigmoid(-alpha),
  }));
}

/**
 * Relative cost of every edge for the weighted L1: its channels over the mean channels of its direction's edges,
 * c_e = C_e · n / ΣC, so that the mean cost of a direction is 1.
 */
export function edgeCosts(edges: readonly Edge[], directions: readonly Direction[]): Float64Array {
  const costs = new Float64Array(edges.length);
  for (const direction of directions) {
    const total = direction.edges.reduce((sum, edge) => sum + edges[edge]!.channels, 0);
    for (const edge of direction.edges)
      costs[edge] = (edges[edge]!.channels * direction.edges.length) / total;
  }
  return costs;
}
