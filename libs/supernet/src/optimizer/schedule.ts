export interface ScheduleOptions {
  readonly learningRate: number;
  readonly schedule: 'poly' | 'cosine' | 'step';
  /** Exponent of `poly`. */
  readonly power: number;
  /** Steps over which the rate rises from 0. */
  readonly warmupSteps: number;
}

/**
 * Learning rate of weight step `step` of `steps` (MTL-NAS, CVPR 2020, published code): poly lr·(1 − t/S)^p,
 * cosine lr·(1 + cos(πt/S))/2, step lr times 0.1 from 60 % and again from 90 % on; all times min(1, t/warmup).
 *
 * @param step counted from 0; past the end the rate stays what it is at `steps`: 0 for poly and cosine
 */
export function learningRateAt(step: number, steps: number, options: ScheduleOptions): number {
  const progress = Math.min(step, steps) / steps;
  const warmup = options.warmupSteps > 0 ? Math.min(1, step / options.warmupSteps) : 1;
  return options.learningRate * warmup * factor(progress, options);
}

function factor(progress: number, { schedule, power }: ScheduleOptions): number {
  switch (schedule) {
    case 'poly':
      return (1 - progress) ** power;
    case 'cosine':
      return (1 + Math.cos(Math.PI * progress)) / 2;
    case 'step':
      return progress < 0.6 ? 1 : progress < 0.9 ? 0.1 : 0.01;
  }
}
