import type { HostTensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import type { MetricValue, StreamingMetric } from '../task-kind.js';
import { forEachUpsampled } from '../upsample.js';
import { ANGLE_LIMITS, AngleStatistics } from './angles.js';

/**
 * Mean angle in degrees between predicted and true directions, over all labelled pixels together. `details` has the
 * other figures by which surface normals are compared (Fouhey et al., ICCV 2013).
 */
export class MeanAngle implements StreamingMetric {
  readonly #angles = new AngleStatistics();

  add(predicted: HostTensor, { data, shape }: HostTensor): void {
    const [, height, width] = shape as [number, number, number, number];
    forEachUpsampled(predicted, height, width, (pixel, [x, y, z]) => {
      const [tx, ty, tz] = [data[3 * pixel]!, data[3 * pixel + 1]!, data[3 * pixel + 2]!];
      if (tx === IGNORED && ty === IGNORED && tz === IGNORED) return;
      const lengths = Math.hypot(x!, y!, z!) * Math.hypot(tx, ty, tz);
      const cosine = (x! * tx + y! * ty + z! * tz) / Math.max(lengths, 1e-8);
      this.#angles.add((Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI);
    });
  }

  result(): MetricValue {
    return { name: 'mean angle', value: this.#angles.mean, unit: 'degrees', higherIsBetter: false };
  }

  details(): readonly MetricValue[] {
    const { median, rootMeanSquare, within } = this.#angles;
    return [
      { name: 'median angle', value: median, unit: 'degrees', higherIsBetter: false },
      { name: 'RMSE of angles', value: rootMeanSquare, unit: 'degrees', higherIsBetter: false },
      ...ANGLE_LIMITS.map((limit, i) => ({
        name: `within ${limit} degrees`,
        value: within[i]!,
        unit: 'share' as const,
        higherIsBetter: true,
      })),
    ];
  }
}
