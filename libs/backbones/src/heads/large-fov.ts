import { tf, type Tensor } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { ForwardContext } from '../forward-context.js';
import { declareClassifier } from '../layers/classifier.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import { dropout } from '../layers/dropout.js';
import { smoothingPool } from '../layers/pool.js';
import type { Head } from './head.js';

/** Dilation of the head's 3x3 convolution, which gives it its large field of view. */
const DILATION = 12;
const DROPOUT_RATE = 0.5;

export interface LargeFovOptions {
  /** Width of the two hidden layers; 1024 in the published network. */
  readonly hidden: number;
  /** Numbers per pixel. */
  readonly outputs: number;
  /** Whether the head begins with its two pools, or they were the end of the last stage. Default true. */
  readonly pools?: boolean;
}

/** The pools before the first convolution: 3x3 max, then 3x3 average over the cells that exist, both with stride 1. */
export function largeFovPools(x: Tensor): tf.Tensor4D {
  return tf.avgPool(smoothingPool(x), 3, 1, 'same');
}

/**
 * The head of DeepLab-LargeFOV (Chen et al., ICLR 2015; as MTL-NAS, CVPR 2020, uses it): 3x3 max and average pools
 * with stride 1, a 3x3 convolution with dilation 12 and a 1x1 convolution, each with BN, ReLU and dropout 0.5, and a
 * 1x1 classifier with bias. Outputs are maps of the features' size.
 *
 * @param prefix of the parameters' names, e.g. `segmentation/head`
 * @param last the stage whose features come in
 */
export function largeFovHead(
  prefix: string,
  last: StageDeclaration,
  { hidden, outputs, pools = true }: LargeFovOptions,
): Head {
  const layers = [
    { name: 'fc6', kernel: 3, inputs: last.channels, outputs: hidden, dilation: DILATION },
    { name: 'fc7', kernel: 1, inputs: hidden, outputs: hidden, dilation: 1 },
  ] as const;
  const perPixel = layers.reduce(
    (sum, layer) => sum + layer.kernel ** 2 * layer.inputs * layer.outputs,
    hidden * outputs,
  );
  return {
    parameters: [
      ...layers.flatMap(({ name, kernel, inputs, outputs: width }) =>
        // Not Kaiming's factor 2 for ReLU: published with gain 1.
        declareConvolution(`${prefix}/${name}`, { kernel, inputs, outputs: width, group: 'head', gain: 1 }),
      ),
      ...declareClassifier(prefix, [1, 1], hidden, outputs),
    ],
    macs: perPixel * last.height * last.width,
    apply(context: ForwardContext, features: Tensor): Tensor {
      const pooled = pools ? largeFovPools(features) : features;
      const hiddenMap = layers.reduce<Tensor>((x, { name, dilation }) => {
        const y = convolution(context, `${prefix}/${name}`, x, dilation);
        return dropout(context, `${prefix}/${name}`, y, DROPOUT_RATE);
      }, pooled);
      const weight = context.parameter(`${prefix}/classifier/weight`) as tf.Tensor4D;
      const scores = tf.conv2d(hiddenMap as tf.Tensor4D, weight, 1, 'same');
      return tf.add(scores, context.parameter(`${prefix}/classifier/bias`));
    },
  };
}
