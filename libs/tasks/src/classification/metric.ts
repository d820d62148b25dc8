import type { HostTensor } from '@taskweave/engine';
import type { MetricValue, StreamingMetric } from '../task-kind.js';

/** Top-1 accuracy, 0..1. Of equal logits the lowest class number counts as the prediction. */
export class Accuracy implements StreamingMetric {
  #correct = 0;
  #seen = 0;

  add({ data, shape }: HostTensor, label: HostTensor): void {
    const [examples, classes] = shape as [number, number];
    for (let example = 0; example < examples; example++) {
      let best = 0;
      for (let c = 1; c < classes; c++) {
        if (data[example * classes + c]! > data[example * classes + best]!) best = c;
      }
      if (best === label.data[example]) this.#correct++;
    }
    this.#seen += examples;
  }

  result(): MetricValue {
    return { name: 'accuracy', value: this.#correct / this.#seen, higherIsBetter: true };
  }

  details(): readonly MetricValue[] {
    return [];
  }
}
