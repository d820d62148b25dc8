import { cosineSimilarity } from '../ops/cosine.js';
import { maskedCrossEntropy } from '../ops/cross-entropy.js';
import type { HostTensor, TensorSpec } from '../host-tensor.js';
import { float32, int32 } from '../host-tensor.js';
import { elementCount, type RandomStream } from '@taskweave/common';
import { tf } from '../tf.js';
import { project, resized, type Surroundings } from './layers.js';
import type { Network } from './network.js';

const CLASSES = 4;
const IGNORED = 255;

/** What the loss compares with, for a batch of images. */
export function targetSpec({ head, image: [height, width] }: Network, batch: number): TensorSpec {
  if (head.kind === 'classes') return { dtype: 'int32', shape: [batch] };
  if (head.kind === 'segmentation') return { dtype: 'int32', shape: [batch, height, width] };
  return { dtype: 'float32', shape: [batch, height, width, 3] };
}

/** A random target; of labels that may be ignored, a third are. */
export function drawTarget(network: Network, batch: number, { uniform, normal }: RandomStream): HostTensor {
  const { dtype, shape } = targetSpec(network, batch);
  const indices = Array.from({ length: elementCount(shape) }, (_, i) => i);
  if (dtype === 'float32') return float32(shape, indices.map(normal));
  const { head } = network;
  const ignored = head.kind === 'segmentation' || (head.kind === 'classes' && head.masked);
  return int32(
    shape,
    indices.map((i) =>
      ignored && uniform(2 * i) < 1 / 3 ? IGNORED : Math.floor(CLASSES * uniform(2 * i + 1)),
    ),
  );
}

/** The loss of the last feature map. */
export function applyHead(
  { head, image: [height, width] }: Network,
  x: tf.Tensor4D,
  target: tf.Tensor,
  around: Surroundings,
): tf.Scalar {
  if (head.kind === 'classes') {
    const [batch, rows, columns, channels] = x.shape;
    const features =
      head.pool === 'global' ? tf.mean(x, [1, 2]) : tf.reshape(x, [batch, rows * columns * channels]);
    const inner = features.shape[1]!;
    const weights = around.weight('head/weights', [inner, CLASSES], 1 / Math.sqrt(inner));
    const logits = tf.add(
      tf.matMul(features as tf.Tensor2D, weights as tf.Tensor2D),
      around.weight('head/bias', [CLASSES], 0.1),
    );
    if (head.masked) return maskedCrossEntropy(logits, target, IGNORED);
    const hits = tf.oneHot(target as tf.Tensor1D, CLASSES, 1, 0, 'float32');
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), hits), -1)));
  }
  const channels = head.kind === 'segmentation' ? CLASSES : 3;
  const image = resized(project('head/weights', x, channels, around), [height, width], true);
  if (head.kind === 'segmentation') return maskedCrossEntropy(image, target, IGNORED);
  return tf.sub(1, tf.mean(cosineSimilarity(tf.add(image, around.weight('head/bias', [3], 0.5)), target)));
}
