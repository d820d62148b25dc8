import { elementCount, randomStream, TaskweaveError } from '@taskweave/common';
import { ownKernel } from '../own-kernel.js';
import { tf } from '../tf.js';

/** Which random numbers are meant: seed and stream are fixed for a run, the step is an input of the program. */
export interface RandomKey {
  /** The run's seed, 0 <= seed < 2^32. */
  readonly seed: number;
  /** What the numbers are for, e.g. `'dropout/left/fc6'`; different names give independent numbers. */
  readonly stream: string;
  /** Training step or another counter: an int32 scalar, >= 0. */
  readonly step: tf.Tensor;
}

/**
 * Uniform numbers in the open interval (0, 1): element i, in row-major order, is number i of
 * `randomStream(seed, stream, step)`, to the bit, on every engine.
 *
 * @throws TaskweaveError INTERNAL when the step is not an int32 scalar
 */
export function randomUniform(shape: readonly number[], { seed, stream, step }: RandomKey): tf.Tensor {
  if (step.dtype !== 'int32' || step.size !== 1) {
    throw new TaskweaveError({
      code: 'INTERNAL',
      message: 'The step of a random key must be one integer.',
      subject: stream,
      found: `${step.dtype} of shape [${step.shape.join(', ')}]`,
      expected: 'int32 of shape []',
      action: 'Declare an int32 scalar among the inputs of the program and pass it.',
    });
  }
  const scalar = step.rank === 0 ? step : tf.reshape(step, []);
  return ownKernel('RandomUniform32', { step: scalar }, { shape: [...shape], seed, stream }, () => {
    const numbers = randomStream(seed, stream, scalar.dataSync()[0]);
    const data = Float32Array.from({ length: elementCount(shape) }, (_, i) => numbers.uniform(i));
    return tf.tensor(data, [...shape], 'float32');
  });
}

/**
 * Standard normal numbers (Box-Muller over the uniform numbers 2i and 2i + 1): `randomStream`'s `normal` within
 * float32's precision.
 */
export function randomNormal(shape: readonly number[], key: RandomKey): tf.Tensor {
  return tf.tidy(() => {
    const [first, second] = tf.unstack(randomUniform([elementCount(shape), 2], key), 1) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const radius = tf.sqrt(tf.mul(tf.log(first), -2));
    // cos 2πu = −cos 2π(u − ½), whose argument is smaller and so more exact.
    const cosine = tf.neg(tf.cos(tf.mul(tf.sub(second, 0.5), 2 * Math.PI)));
    return tf.reshape(tf.mul(radius, cosine), [...shape]);
  });
}
