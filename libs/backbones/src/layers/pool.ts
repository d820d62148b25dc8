import { tf, type Tensor } from '@taskweave/engine';

/** One row below and one column to the right. */
const BOTTOM_RIGHT: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [0, 1],
  [0, 1],
  [0, 0],
];

/**
 * 3x3 max pool with stride 2 as DeepLab has it: [batch, h, w, c] to [batch, floor(h/2), floor(w/2), c]. 'same' would
 * pad odd sizes on all sides and come out larger.
 */
export function halvingPool(x: Tensor): tf.Tensor4D {
  return tf.maxPool(x as tf.Tensor4D, 3, 2, BOTTOM_RIGHT);
}

/** 3x3 max pool with stride 1, which keeps the size. */
export function smoothingPool(x: Tensor): tf.Tensor4D {
  return tf.maxPool(x as tf.Tensor4D, 3, 1, 'same');
}
