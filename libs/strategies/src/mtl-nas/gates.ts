/**
 * Gates: the factor in [0, 1] on every cross-task edge, made from its architecture weight alpha.
 *
 * Gate modes and their guards as in MTL-NAS (CVPR 2020); the concrete distribution is that of Maddison et al.
 * (ICLR 2017), reparameterised and soft, without a straight-through estimator.
 */

export const GATE_MODES = ['sigmoid', 'concrete', 'onehot', 'bernoulli', 'all'] as const;

/**
 * - `sigmoid`: g = σ(α)
 * - `concrete`: g = σ((logit p + logit u) / T) with p = σ(α) and u uniform
 * - `onehot`: g = 1 if α > 0, else 0
 * - `bernoulli`: g = 1 with probability σ(α), else 0
 * - `all`: g = 1
 */
export type GateMode = (typeof GATE_MODES)[number];

export interface Gate {
  /** In [0, 1]. */
  readonly value: number;
  /** d(value)/d(alpha); 0 where the mode has none. */
  readonly derivative: number;
}

/** What random gates need besides alpha. */
export interface GateNoise {
  /** Temperature T of concrete gates; 0 or less makes them hard. */
  readonly temperature: number;
  /** Uniform number in (0, 1) of the edge with this index. */
  uniform(edge: number): number;
}

/** Probabilities and uniforms are kept this far from 0 and 1: the spacing of float32 numbers just above 1. */
const MARGIN = 1.2e-7;

/** Largest |logit| of a probability that keeps the margin. */
const LOGIT_LIMIT = Math.log((1 - MARGIN) / MARGIN);

/** Beyond this the sigmoid is 0 or 1 in float64; concrete logits stop here instead of overflowing. */
const SATURATION = 40;

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** Logistic function, without overflow. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

function sigmoidGate(alpha: number): Gate {
  return { value: sigmoid(alpha), derivative: sigmoid(alpha) * sigmoid(-alpha) };
}

function concreteGate(alpha: number, uniform: number, temperature: number): Gate {
  const u = Math.max(MARGIN, Math.min(1 - MARGIN, uniform));
  const logit = clamp(alpha, LOGIT_LIMIT) + Math.log(u) - Math.log1p(-u);
  if (temperature <= 0) return { value: logit > 0 ? 1 : 0, derivative: 0 };
  // Compared before dividing: near the end of the annealing logit / T would leave the range of float32.
  if (Math.abs(logit) >= SATURATION * temperature)
    return { value: sigmoid(Math.sign(logit) * SATURATION), derivative: 0 };
  const x = logit / temperature;
  const movable = Math.abs(alpha) < LOGIT_LIMIT;
  return { value: sigmoid(x), derivative: movable ? (sigmoid(x) * sigmoid(-x)) / temperature : 0 };
}

function bernoulliGate(alpha: number, uniform: number): Gate {
  return { value: uniform < sigmoid(clamp(alpha, LOGIT_LIMIT)) ? 1 : 0, derivative: 0 };
}

/** The gate of one edge. `edge` is the index of its uniform number. */
export function gate(mode: GateMode, alpha: number, edge: number, noise: GateNoise): Gate {
  switch (mode) {
    case 'sigmoid':
      return sigmoidGate(alpha);
    case 'concrete':
      return concreteGate(alpha, noise.uniform(edge), noise.temperature);
    case 'onehot':
      return { value: alpha > 0 ? 1 : 0, derivative: 0 };
    case 'bernoulli':
      return bernoulliGate(alpha, noise.uniform(edge));
    case 'all':
      return { value: 1, derivative: 0 };
  }
}

/** The gates of all edges, in edge order. */
export function gateVector(mode: GateMode, alphas: readonly number[], noise: GateNoise): Gate[] {
  return alphas.map((alpha, edge) => gate(mode, alpha, edge, noise));
}
