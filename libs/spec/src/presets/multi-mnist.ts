import type { Json } from '@taskweave/common';
import { mergeTrees } from '../merge-trees.js';
import type { Preset } from './preset.js';

const network = (channels: Json): Json => ({ id: 'vgg-mini', options: { channels } });

const multiMnist: Json = {
  name: 'digits',
  seed: 1,
  steps: 600,
  data: { set: 'multi-mnist', batchSize: 64, trainSplit: 0.5, mixed: true },
  tasks: ['left', 'right'].map((id) => ({ id, lossWeight: 1, backbone: network([[8], [16, 16], [32, 32]]) })),
  space: { rule: 'same-block', depthLimit: 3 },
  fusion: { init: [0.9, 0.1], epsilon: 1e-3, momentum: 0.05 },
  // Twenty times the published rate, for a search of a thirtieth of the published length. The entropy term grows
  // from nothing: at this rate, full strength from the start lets the first few steps decide every edge.
  strategy: { id: 'mtl-nas', options: { learningRate: 0.02, entropy: { weight: 10, period: [0, 1] } } },
  optimizer: {
    learningRate: 0.05,
    momentum: 0.9,
    weightDecay: 2.5e-4,
    schedule: 'poly',
    power: 0.9,
    fusionFactor: 1,
    classifierWeightFactor: 1,
    classifierBiasFactor: 1,
  },
  evaluation: { every: 300 },
  checkpoint: { every: 200, keep: 2 },
};

/** Two digits in one image, by two small networks. */
export const multiMnistPresets: readonly Preset[] = [
  {
    name: 'multi-mnist',
    description: 'Two overlapping digits, two small VGG networks, 600 steps: two minutes on two cores.',
    tree: multiMnist,
  },
  {
    name: 'multi-mnist-smoke',
    description:
      'The same with tiny networks, little data and 20 steps: seconds. Only shows that everything runs.',
    tree: mergeTrees(multiMnist, {
      name: 'smoke',
      steps: 20,
      data: { batchSize: 16, options: { trainLimit: 1000, validationLimit: 200, testLimit: 200 } },
      tasks: ['left', 'right'].map((id) => ({ id, backbone: network([[4], [4, 4]]) })),
      evaluation: { every: 10 },
      checkpoint: { every: 10 },
    }),
  },
];
