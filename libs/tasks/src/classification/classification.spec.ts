import { describe, expect, it } from 'vitest';
import { float32, int32, tf } from '@taskweave/engine';
import { crossEntropy } from './loss.js';
import { Accuracy } from './metric.js';

describe('cross-entropy', () => {
  it('is ln(classes) for equal logits and near 0 for a sure, right answer', () => {
    expect(crossEntropy(tf.zeros([3, 10]), tf.tensor1d([1, 5, 9], 'int32')).dataSync()[0]).toBeCloseTo(
      Math.log(10),
      5,
    );
    expect(crossEntropy(tf.tensor2d([[30, 0]]), tf.tensor1d([0], 'int32')).dataSync()[0]).toBeCloseTo(0, 6);
  });

  it('averages over examples', () => {
    const logits = tf.tensor2d([
      [1, 2, 3],
      [0, 0, 0],
    ]);
    const first = -1 + Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));
    const loss = crossEntropy(logits, tf.tensor1d([0, 2], 'int32')).dataSync()[0]!;
    expect(loss).toBeCloseTo((first + Math.log(3)) / 2, 5);
  });
});

describe('accuracy', () => {
  it('adds up over batches; ties go to the lowest class', () => {
    const metric = new Accuracy();
    metric.add(float32([2, 3], [0, 2, 1, 5, 5, 5]), int32([2], [1, 0]));
    metric.add(float32([1, 3], [0, 0, 1]), int32([1], [0]));
    expect(metric.result()).toEqual({ name: 'accuracy', value: 2 / 3, unit: 'share', higherIsBetter: true });
    expect(metric.details()).toEqual([]);
  });

  it('is NaN before the first example', () => {
    expect(new Accuracy().result().value).toBeNaN();
  });
});
