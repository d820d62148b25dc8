import { TaskweaveError } from '@taskweave/common';
import { tf } from '../tf.js';
import { randomUniform, type RandomKey } from './random.js';

/**
 * Sets elements to zero with probability `rate` and multiplies the others by 1 / (1 − rate), for training. The
 * gradient goes through the same mask.
 *
 * @param rate 0 <= rate < 1
 * @param key which elements; give every layer a stream of its own
 * @throws TaskweaveError INTERNAL when the rate is out of range
 */
export function dropout(x: tf.Tensor, rate: number, key: RandomKey): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new TaskweaveError({
      code: 'INTERNAL',
      message: 'A dropout rate is out of range.',
      subject: key.stream,
      found: String(rate),
      expected: '0 <= rate < 1',
    });
  }
  if (rate === 0) return tf.clone(x);
  return tf.tidy(() => {
    const kept = tf.cast(tf.greaterEqual(randomUniform(x.shape, key), rate), 'float32');
    return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
  });
}
