import type { TimmNetwork } from './timm.js';

/** Convolutions of each block. */
const BLOCKS = [2, 2, 3, 3, 3];

/**
 * `vgg16_bn`: modules in one list, `features.N`, in which a convolution with bias, its normalisation and a ReLU
 * follow each other, and a pool ends each block.
 */
export const vgg16Bn: TimmNetwork = {
  id: 'vgg16_bn',
  layers: BLOCKS.flatMap((convolutions, block) => {
    const before = BLOCKS.slice(0, block).reduce((sum, count) => sum + 3 * count + 1, 0);
    return Array.from({ length: convolutions }, (_, position) => ({
      ours: {
        convolution: `conv${block + 1}_${position + 1}`,
        batchNorm: `conv${block + 1}_${position + 1}/bn`,
      },
      convolution: `features.${before + 3 * position}`,
      batchNorm: `features.${before + 3 * position + 1}`,
      bias: true,
    }));
  }),
  isClassifier: (name) => /^(pre_logits|head|classifier)\./.test(name),
};
