import type { HostTensor } from '@taskweave/engine';
import type { MetricValue, StreamingMetric } from '../task-kind.js';
import { bestClass } from './ranking.js';

/** Top-1 accuracy, 0..1. Of equal logits the lowest class number counts as the prediction. */
export class Accuracy implements StreamingMetric {
  #correct = 0;
  #seen = 0;

  add({ data, shape }: HostTensor, label: HostTensor): void {
    const [examples, classes] = shape as [number, number];
    for (let example = 0; example < examples; example++) {
      const logits = data.subarray(example * classes, (example + 1) * classes);
      if (bestClass(logits) === label.data[example]) this.#correct++;
    }
    this.#seen += examples;
  }

  result(): MetricValue {
    return { name: 'accuracy', value: this.#correct / this.#seen, unit: 'share', higherIsBetter: true };
  }

  details(): readonly MetricValue[] {
    return [];
  }
}
