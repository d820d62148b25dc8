import type { StageDeclaration } from '@taskweave/search-space';
import { tf } from '@taskweave/engine';
import { declareClassifier } from '../layers/classifier.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import type { Head } from './head.js';

/**
 * A map of predictions from one layer of context, the head of fully convolutional networks (Long et al., CVPR 2015): a
 * 3x3 convolution with BN and ReLU, then a 1x1 convolution with bias. [batch, h, w, c] to [batch, h, w, outputs].
 *
 * @param prefix of the parameters' names, e.g. `depth/head`
 * @param last the stage whose features come in
 * @param hidden channels of the 3x3 convolution
 * @param outputs numbers per pixel
 */
export function pixelMapHead(
  prefix: string,
  { channels, height, width }: StageDeclaration,
  hidden: number,
  outputs: number,
): Head {
  return {
    parameters: [
      ...declareConvolution(`${prefix}/hidden`, {
        kernel: 3,
        inputs: channels,
        outputs: hidden,
        group: 'head',
      }),
      ...declareClassifier(prefix, [1, 1], hidden, outputs),
    ],
    macs: (9 * channels * hidden + hidden * outputs) * height * width,
    apply(context, features) {
      const map = convolution(context, `${prefix}/hidden`, features) as tf.Tensor4D;
      const weight = context.parameter(`${prefix}/classifier/weight`) as tf.Tensor4D;
      return tf.add(tf.conv2d(map, weight, 1, 'same'), context.parameter(`${prefix}/classifier/bias`));
    },
  };
}
