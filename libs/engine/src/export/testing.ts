/** A small network with everything that exports have to deal with, and its weights. */
import { normal } from '../test-values.js';
import type { HostTensors } from '../host-tensor.js';
import { batchNormInference } from '../ops/batch-norm.js';
import type { Program } from '../program.js';
import { tf, type NamedTensors } from '../tf.js';

const EPSILON = 1e-3;

/** Weights of {@link sampleProgram}. */
export function sampleParameters(): HostTensors {
  const norm = (name: string, channels: number): HostTensors => ({
    [`${name}/gamma`]: normal(`${name}/gamma`, [channels]),
    [`${name}/beta`]: normal(`${name}/beta`, [channels]),
    [`${name}/mean`]: normal(`${name}/mean`, [channels]),
    [`${name}/variance`]: {
      ...normal(`${name}/variance`, [channels]),
      data: normal(`${name}/variance`, [channels]).data.map(Math.exp) as Float32Array,
    },
  });
  return {
    'one/weight': normal('one/weight', [3, 3, 2, 4]),
    ...norm('one/bn', 4),
    'two/weight': normal('two/weight', [3, 3, 4, 4]),
    'two/bias': normal('two/bias', [4]),
    ...norm('two/bn2', 4),
    'three/weight': normal('three/weight', [1, 1, 8, 3]),
    'three/bias': normal('three/bias', [3]),
    'four/weight': normal('four/weight', [75, 5]),
    ...norm('four/bn', 5),
    mixture: normal('mixture', [1, 2]),
  };
}

/**
 * Convolutions with strides, dilation and paddings of every kind, with and without bias, norms and biases before and after
 * pools, a mixture of two branches by computed weights, a dense layer and a map.
 *
 * Input `image` [batch, 11, 10, 2]; outputs `map` [batch, 22, 21, 3] and `vector` [batch, 5].
 */
export function sampleProgram(batchSize: number): Program {
  return {
    name: 'sample',
    inputs: { image: { dtype: 'float32', shape: [batchSize, 11, 10, 2] } },
    reads: Object.keys(sampleParameters()),
    run(weights, { image }) {
      const bn = (x: tf.Tensor, name: string): tf.Tensor => applyNorm(weights, x, name);
      const conv = (x: tf.Tensor, name: string, ...options: [number, 'same' | number, number?]): tf.Tensor =>
        tf.conv2d(
          x as tf.Tensor4D,
          weights[`${name}/weight`] as tf.Tensor4D,
          options[0],
          options[1],
          'NHWC',
          options[2] ?? 1,
        );
      const one = tf.relu(bn(conv(image!, 'one', 1, 1), 'one/bn'));
      const two = tf.relu(bn(tf.add(conv(one, 'two', 1, 'same', 2), weights['two/bias']!), 'two/bn2'));
      const mixture = tf.softmax(weights['mixture']!);
      const share = (branch: number): tf.Tensor => tf.reshape(tf.slice(mixture, [0, branch], [1, 1]), []);
      const mixed = tf.add(tf.mul(one, share(0)), tf.mul(two, share(1)));
      const smooth = tf.avgPool(tf.maxPool(two as tf.Tensor4D, 3, 1, 'same'), 3, 1, 'same');
      const map = tf.add(conv(tf.concat([mixed, smooth], 3), 'three', 1, 'same'), weights['three/bias']!);
      const halved = tf.maxPool(map as tf.Tensor4D, 3, 2, [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ]);
      const flat = tf.reshape(halved, [batchSize, 75]);
      const vector = tf.sigmoid(
        bn(tf.matMul(flat as tf.Tensor2D, weights['four/weight'] as tf.Tensor2D), 'four/bn'),
      );
      return { outputs: { map: tf.image.resizeBilinear(map as tf.Tensor4D, [22, 21]), vector } };
    },
  };
}

function applyNorm(weights: NamedTensors, x: tf.Tensor, name: string): tf.Tensor {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map(
    (part) => weights[`${name}/${part}`]!,
  ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return batchNormInference(x, gamma, beta, mean, variance, EPSILON);
}
