import type { ScalarOptimizer } from './optimizer.js';

export interface SgdOptions {
  /** Share of the velocity that is kept, in [0, 1). */
  readonly momentum: number;
  /** L2 coupled to the gradient: weightDecay · parameter is added to it. */
  readonly weightDecay: number;
}

/** Stochastic gradient descent with momentum: v <- momentum·v + g, p <- p - learningRate·v. Slot `velocity`. */
export function sgd({ momentum, weightDecay }: SgdOptions): ScalarOptimizer {
  return {
    init: (size) => ({ velocity: Array<number>(size).fill(0) }),
    update(parameters, gradient, slots, _count, learningRate) {
      const velocity = parameters.map(
        (parameter, i) => momentum * slots['velocity']![i]! + gradient[i]! + weightDecay * parameter,
      );
      return {
        parameters: parameters.map((parameter, i) => parameter - learningRate * velocity[i]!),
        slots: { velocity },
      };
    },
  };
}
