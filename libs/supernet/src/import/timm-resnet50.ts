import type { TimmNetwork, TrunkLayer } from './timm.js';

/** Bottlenecks of each block. */
const BLOCKS = [3, 4, 6, 3];
/** Convolutions of a bottleneck. */
const CONVOLUTIONS = [1, 2, 3];

function bottleneck(block: number, position: number): TrunkLayer[] {
  const prefix = `layer${block + 1}.${position}`;
  const layers = CONVOLUTIONS.map((number) => ({
    ours: { convolution: `${prefix}/conv${number}`, batchNorm: `${prefix}/bn${number}` },
    convolution: `${prefix}.conv${number}`,
    batchNorm: `${prefix}.bn${number}`,
  }));
  // Only a block's first has other channels, or another size, at its two ends.
  if (position > 0) return layers;
  const projection = {
    ours: { convolution: `${prefix}/downsample/conv`, batchNorm: `${prefix}/downsample/bn` },
    convolution: `${prefix}.downsample.0`,
    batchNorm: `${prefix}.downsample.1`,
  };
  return [...layers, projection];
}

/** `resnet50`: a stem `conv1`, `bn1`, and bottlenecks `layer1.0` to `layer4.2`. */
export const resnet50: TimmNetwork = {
  id: 'resnet50',
  layers: [
    {
      ours: { convolution: 'conv1', batchNorm: 'bn1' },
      convolution: 'conv1',
      batchNorm: 'bn1',
    },
    ...BLOCKS.flatMap((count, block) =>
      Array.from({ length: count }, (_, position) => bottleneck(block, position)).flat(),
    ),
  ],
  isClassifier: (name) => /^fc\./.test(name),
};
