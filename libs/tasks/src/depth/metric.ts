import type { HostTensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import type { MetricValue, StreamingMetric } from '../task-kind.js';
import { forEachUpsampled } from '../upsample.js';

/** Ratios of prediction and truth below which shares of pixels are reported. */
const RATIOS = [1.25, 1.25 ** 2, 1.25 ** 3] as const;

/**
 * Root of the mean squared error over all labelled pixels together, in metres. `details` has the
 * other figures by which depth is compared (Eigen et al., NIPS 2014). Those that are ratios are over pixels whose
 * label is above 0, and NaN when there is none.
 */
export class RootMeanSquareError implements StreamingMetric {
  #count = 0;
  #squares = 0;
  #absolute = 0;
  #positive = 0;
  #relative = 0;
  readonly #within = RATIOS.map(() => 0);

  add(predicted: HostTensor, { data, shape }: HostTensor): void {
    const [, height, width] = shape as [number, number, number];
    forEachUpsampled(predicted, height, width, (pixel, [depth]) => {
      const truth = data[pixel]!;
      if (truth !== IGNORED) this.#addPixel(depth!, truth);
    });
  }

  result(): MetricValue {
    return {
      name: 'RMSE',
      value: Math.sqrt(this.#squares / this.#count),
      unit: 'metres',
      higherIsBetter: false,
    };
  }

  details(): readonly MetricValue[] {
    return [
      {
        name: 'mean absolute error',
        value: this.#absolute / this.#count,
        unit: 'metres',
        higherIsBetter: false,
      },
      {
        name: 'mean relative error',
        value: this.#relative / this.#positive,
        unit: 'none',
        higherIsBetter: false,
      },
      ...RATIOS.map((_, i) => ({
        name: i === 0 ? 'within 1.25 times' : `within 1.25^${i + 1} times`,
        value: this.#within[i]! / this.#positive,
        unit: 'share' as const,
        higherIsBetter: true,
      })),
    ];
  }

  #addPixel(depth: number, truth: number): void {
    const error = Math.abs(depth - truth);
    this.#count++;
    this.#squares += error * error;
    this.#absolute += error;
    if (truth <= 0) return;
    this.#positive++;
    this.#relative += error / truth;
    // Of a prediction of 0 or less no multiple is the truth.
    const ratio = depth > 0 ? Math.max(depth / truth, truth / depth) : Infinity;
    RATIOS.forEach((limit, i) => {
      if (ratio < limit) this.#within[i]!++;
    });
  }
}
