import { keepForProgram } from '../kept.js';
import { tf } from '../tf.js';

export interface BatchNormResult {
  /** Same shape as the input. */
  readonly output: tf.Tensor;
  /** Mean of each channel over the batch (all axes but the last), shape [C]. */
  readonly mean: tf.Tensor;
  /** Biased variance of each channel over the batch, shape [C]. */
  readonly variance: tf.Tensor;
}

/**
 * Batch normalisation with the statistics of the batch at hand, and its gradient in closed form: a handful of
 * passes over the feature map where differentiating mean, variance and quotient one by one takes some twenty.
 *
 * @param x features, channels last; batch statistics are over all other axes
 * @param gamma scale, shape [C]
 * @param beta shift, shape [C]
 * @param epsilon added to the variance, > 0
 */
export function batchNormTraining(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): BatchNormResult {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const count = x.size / x.shape.at(-1)!;
  const statistics: { mean?: tf.Tensor; variance?: tf.Tensor } = {};
  const normalise = tf.customGrad((...args: unknown[]) => {
    const [features, scale, shift, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const mean = tf.mean(features, axes);
    const centred = tf.sub(features, mean);
    const variance = tf.mean(tf.mul(centred, centred), axes);
    const inverseDeviation = tf.rsqrt(tf.add(variance, epsilon));
    const factor = tf.mul(scale, inverseDeviation);
    statistics.mean = keepForProgram(mean);
    statistics.variance = keepForProgram(variance);
    save([centred, inverseDeviation, factor]);
    return {
      value: tf.add(tf.mul(centred, factor), shift),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [centredSaved, inverse, factorSaved] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const dBeta = tf.sum(dy, axes);
        const dGamma = tf.mul(tf.sum(tf.mul(dy, centredSaved), axes), inverse);
        const slope = tf.div(tf.mul(tf.mul(factorSaved, inverse), dGamma), -count);
        const offset = tf.div(tf.mul(factorSaved, dBeta), -count);
        const dx = tf.add(tf.add(tf.mul(dy, factorSaved), offset), tf.mul(centredSaved, slope));
        return [dx, dGamma, dBeta];
      },
    };
  });
  const output = normalise(x, gamma, beta);
  return { output, mean: statistics.mean!, variance: statistics.variance! };
}

/** Batch normalisation with given statistics (evaluation): one multiplication and one addition per element. */
export function batchNormInference(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const factor = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(x, factor), tf.sub(beta, tf.mul(mean, factor)));
}

/**
 * The next running statistic: (1 − momentum)·running + momentum·batch. The variance enters unbiased, n/(n − 1)
 * times the biased one, as PyTorch keeps it.
 *
 * @param momentum weight of the batch at hand, 0..1
 * @param count elements per channel, n
 */
export function runningStatistics(
  running: { mean: tf.Tensor; variance: tf.Tensor },
  batch: { mean: tf.Tensor; variance: tf.Tensor },
  momentum: number,
  count: number,
): { mean: tf.Tensor; variance: tf.Tensor } {
  const blend = (old: tf.Tensor, fresh: tf.Tensor, correction: number): tf.Tensor =>
    tf.add(tf.mul(old, 1 - momentum), tf.mul(fresh, momentum * correction));
  return {
    mean: blend(running.mean, batch.mean, 1),
    variance: blend(running.variance, batch.variance, count > 1 ? count / (count - 1) : 1),
  };
}
