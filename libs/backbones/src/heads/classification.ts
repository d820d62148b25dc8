import { tf } from '@taskweave/engine';
import { batchNorm, declareBatchNorm } from '../layers/batch-norm.js';
import { declareClassifier } from '../layers/classifier.js';
import { kaimingNormal } from '../parameters.js';
import type { StageDeclaration } from '@taskweave/search-space';
import type { Head } from './head.js';

/**
 * 2x2 max pool, flatten, dense layer with BN and ReLU, dense classifier with bias. It flattens in place of global
 * pooling because in some tasks (the left digit, the right digit) where a thing is decides what it is.
 *
 * @param prefix of the parameters' names, e.g. `left/head`
 * @param last the stage whose features come in
 * @param hidden width of the dense layer
 */
export function classificationHead(
  prefix: string,
  last: StageDeclaration,
  hidden: number,
  classes: number,
): Head {
  const flat = Math.floor(last.height / 2) * Math.floor(last.width / 2) * last.channels;
  return {
    parameters: [
      {
        name: `${prefix}/hidden/weight`,
        shape: [flat, hidden],
        group: 'head',
        trainable: true,
        initial: kaimingNormal(flat),
      },
      ...declareBatchNorm(`${prefix}/hidden/bn`, hidden, 'head'),
      ...declareClassifier(prefix, [], hidden, classes),
    ],
    macs: flat * hidden + hidden * classes,
    apply(context, features) {
      const pooled = tf.maxPool(features as tf.Tensor4D, 2, 2, 'valid');
      const x = tf.reshape(pooled, [features.shape[0]!, flat]);
      const parameter = (name: string): tf.Tensor2D => context.parameter(`${prefix}/${name}`) as tf.Tensor2D;
      const h = tf.relu(batchNorm(context, `${prefix}/hidden/bn`, tf.matMul(x, parameter('hidden/weight'))));
      return tf.add(tf.matMul(h, parameter('classifier/weight')), parameter('classifier/bias'));
    },
  };
}
