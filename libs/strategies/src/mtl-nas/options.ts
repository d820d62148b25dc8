import { z } from 'zod';

/** Beginning and end of a ramp as shares of the search. */
const period = z
  .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
  .refine(([begin, end]) => begin <= end, 'a period must not end before it begins');

const weight = z.number().min(0);
const decay = z.number().min(0).lt(1);

/** Options of the strategy `mtl-nas`. Defaults are the published values of MTL-NAS (CVPR 2020). */
export const mtlNasOptions = z.strictObject({
  /** Adam with a constant learning rate, or SGD with momentum and a learning rate that falls as (1 - t/steps)^0.9. */
  architectureOptimizer: z.enum(['adam', 'sgd']).default('adam'),
  /** Learning rate of the architecture weights. Adam moves a logit by about this much per step. */
  learningRate: z.number().positive().default(1e-3),
  /** Adam's decay of the first and second moment. */
  betas: z.tuple([decay, decay]).default([0.5, 0.999]),
  /** Adam's epsilon. */
  epsilon: z.number().positive().default(1e-8),
  /** L2 on the architecture weights, coupled to the gradient. */
  weightDecay: weight.default(1e-3),
  /** Momentum of SGD. */
  momentum: decay.default(0.9),
  /** Temperature of concrete gates: from start to end over the period, polynomially. */
  temperature: z
    .strictObject({
      start: z.number().positive().default(1),
      end: z.number().min(0).default(0),
      period: period.default([0, 1]),
      power: z.number().positive().default(2),
    })
    .prefault({}),
  /** Minimum-entropy term: its weight grows linearly over the period from 0; [0, 0] means in full after step 0. */
  entropy: z
    .strictObject({
      enabled: z.boolean().default(true),
      weight: weight.default(10),
      period: period.default([0, 0]),
    })
    .prefault({}),
  /** L1 term on the probabilities of the edges. */
  l1: z
    .strictObject({
      enabled: z.boolean().default(false),
      weight: weight.default(5),
      /** Its weight grows linearly over this period from 0. */
      period: period.default([0, 1]),
      /** Whether an edge counts in proportion to its channels. */
      weighted: z.boolean().default(false),
      /** Whether the term is switched off when the period is over. */
      offAfterPeriod: z.boolean().default(false),
    })
    .prefault({}),
  /** Gates of the architecture pass; only these two have a gradient. */
  architectureGates: z.enum(['sigmoid', 'concrete']).default('sigmoid'),
  /** Gates of the weight pass. */
  weightGates: z.enum(['sigmoid', 'concrete', 'onehot', 'bernoulli', 'all']).default('concrete'),
  /** Gates with which the resulting network is scored; `onehot` is the network that is handed back. */
  evaluationGates: z.enum(['onehot', 'sigmoid', 'bernoulli', 'all']).default('onehot'),
  /** Baseline: all edges stay fully open and nothing is searched. */
  supernet: z.boolean().default(false),
});

export type MtlNasOptions = z.output<typeof mtlNasOptions>;
