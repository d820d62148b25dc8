import type { HostTensor } from '@taskweave/engine';
import { bestClass, rankOf, softmax } from '../classification/ranking.js';
import type { MetricValue, StreamingMetric } from '../task-kind.js';

/** Places among which the target's likeliest class is looked for. */
const PLACES = [1, 5] as const;

/**
 * Mean squared error between predicted and target probabilities, over classes and examples. `details` has the shares
 * of examples whose likeliest class of the target is among the first predicted ones; of equal scores the lower class
 * number comes first.
 */
export class ProbabilityError implements StreamingMetric {
  #examples = 0;
  #numbers = 0;
  #squares = 0;
  readonly #among = PLACES.map(() => 0);

  add({ data, shape }: HostTensor, target: HostTensor): void {
    const [examples, classes] = shape as [number, number];
    for (let example = 0; example < examples; example++) {
      const [begin, end] = [example * classes, (example + 1) * classes];
      this.#addExample(data.subarray(begin, end), target.data.subarray(begin, end));
    }
  }

  result(): MetricValue {
    return {
      name: 'MSE of probabilities',
      value: this.#squares / this.#numbers,
      unit: 'none',
      higherIsBetter: false,
    };
  }

  details(): readonly MetricValue[] {
    return PLACES.map((places, i) => ({
      name: `top-${places} accuracy`,
      value: this.#among[i]! / this.#examples,
      unit: 'share',
      higherIsBetter: true,
    }));
  }

  #addExample(logits: ArrayLike<number>, target: ArrayLike<number>): void {
    this.#examples++;
    this.#numbers += logits.length;
    softmax(logits).forEach((probability, c) => (this.#squares += (probability - target[c]!) ** 2));
    const rank = rankOf(logits, bestClass(target));
    PLACES.forEach((places, i) => {
      if (rank < places) this.#among[i]!++;
    });
  }
}
