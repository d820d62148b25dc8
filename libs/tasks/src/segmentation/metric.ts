import { TaskweaveError } from '@taskweave/common';
import type { HostTensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import type { MetricValue, StreamingMetric } from '../task-kind.js';
import { forEachUpsampled } from '../upsample.js';
import { Confusion } from './confusion.js';

/**
 * Mean intersection over union of all classes, 0..1, pooled over all pixels that have a label. A class that does not
 * occur counts as 0, as MTL-NAS (CVPR 2020) reports it; `details` has the mean over occurring classes as well.
 */
export class MeanIntersectionOverUnion implements StreamingMetric {
  readonly confusion: Confusion;

  constructor(classes: number) {
    this.confusion = new Confusion(classes);
  }

  /**
   * Of equal logits the lowest class number counts as the prediction.
   *
   * @throws TaskweaveError DATA_INVALID for a label that is neither a class number nor 255
   */
  add(logits: HostTensor, { data, shape }: HostTensor): void {
    const [, height, width] = shape as [number, number, number];
    forEachUpsampled(logits, height, width, (pixel, scores) => {
      const truth = data[pixel]!;
      if (truth === IGNORED) return;
      if (!(truth >= 0 && truth < scores.length)) throw unknownClass(truth, scores.length);
      let best = 0;
      for (let c = 1; c < scores.length; c++) if (scores[c]! > scores[best]!) best = c;
      this.confusion.add(best, truth);
    });
  }

  result(): MetricValue {
    return { name: 'mIoU', value: this.#mean(this.#scores()), unit: 'share', higherIsBetter: true };
  }

  details(): readonly MetricValue[] {
    const present = this.#scores().filter((_, c) => this.confusion.truths(c) > 0);
    return [
      { name: 'mIoU of present classes', value: this.#mean(present), unit: 'share', higherIsBetter: true },
      { name: 'pixel accuracy', value: this.confusion.accuracy, unit: 'share', higherIsBetter: true },
    ];
  }

  #scores(): number[] {
    return this.confusion.intersectionOverUnion.map((score) => (Number.isNaN(score) ? 0 : score));
  }

  #mean(scores: readonly number[]): number {
    const seen = !Number.isNaN(this.confusion.accuracy);
    return seen ? scores.reduce((sum, score) => sum + score, 0) / scores.length : NaN;
  }
}

function unknownClass(found: number, classes: number): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A pixel is labelled with a class that the task does not have.',
    subject: 'segmentation labels',
    found: String(found),
    expected: `0 to ${classes - 1}, or ${IGNORED} for no label`,
  });
}
