import type { ScalarOptimizer } from './optimizer.js';

export interface AdamOptions {
  /** Decay of the first and second moment, each in [0, 1). */
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** L2 coupled to the gradient: weightDecay · parameter is added to it before the moments. */
  readonly weightDecay: number;
}

/** Adam (Kingma & Ba, ICLR 2015) with bias correction and coupled L2. Slots `m` and `v`. */
export function adam({ betas: [beta1, beta2], epsilon, weightDecay }: AdamOptions): ScalarOptimizer {
  return {
    init: (size) => ({ m: Array<number>(size).fill(0), v: Array<number>(size).fill(0) }),
    update(parameters, gradient, slots, count, learningRate) {
      const correction1 = 1 - beta1 ** (count + 1);
      const correction2 = 1 - beta2 ** (count + 1);
      const decayed = parameters.map((parameter, i) => gradient[i]! + weightDecay * parameter);
      const m = decayed.map((g, i) => beta1 * slots['m']![i]! + (1 - beta1) * g);
      const v = decayed.map((g, i) => beta2 * slots['v']![i]! + (1 - beta2) * g * g);
      return {
        parameters: parameters.map(
          (parameter, i) =>
            parameter - (learningRate * (m[i]! / correction1)) / (Math.sqrt(v[i]! / correction2) + epsilon),
        ),
        slots: { m, v },
      };
    },
  };
}
