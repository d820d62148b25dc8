import type { StageDeclaration } from '@taskweave/search-space';
import { tf } from '@taskweave/engine';
import { declareClassifier } from '../layers/classifier.js';
import type { Head } from './head.js';

/**
 * One vector per image as residual networks give it (He et al., CVPR 2016): the mean over all pixels, then a dense
 * layer with bias. [batch, h, w, c] to [batch, classes].
 *
 * @param prefix of the parameters' names, e.g. `scene/head`
 * @param last the stage whose features come in
 */
export function globalPoolHead(prefix: string, { channels }: StageDeclaration, classes: number): Head {
  return {
    parameters: declareClassifier(prefix, [], channels, classes),
    macs: channels * classes,
    apply(context, features) {
      const parameter = (name: string): tf.Tensor2D =>
        context.parameter(`${prefix}/classifier/${name}`) as tf.Tensor2D;
      const pooled = tf.mean(features, [1, 2]) as tf.Tensor2D;
      return tf.add(tf.matMul(pooled, parameter('weight')), parameter('bias'));
    },
  };
}
