import type { Json } from '@taskweave/common';
import { mergeTrees } from '../merge-trees.js';
import type { Preset } from './preset.js';

const networks = (channels: Json, hidden: number): Json =>
  ['segmentation', 'normals'].map((id) => ({
    id,
    backbone: { id: 'vgg-mini', options: { channels, hidden } },
  }));

const roomScenes: Json = {
  name: 'rooms',
  seed: 1,
  steps: 500,
  data: {
    set: 'room-scenes',
    batchSize: 16,
    trainSplit: 0.5,
    mixed: true,
    options: { trainSize: 2000, validationSize: 200, testSize: 400 },
  },
  tasks: networks([[8], [16, 16], [32, 32, 32]], 32),
  space: { rule: 'same-block', depthLimit: 3 },
  fusion: { init: [0.9, 0.1], epsilon: 1e-3, momentum: 0.05 },
  // The rate and the growing entropy term of multi-mnist, and for its reasons: the search is as short.
  strategy: { id: 'mtl-nas', options: { learningRate: 0.02, entropy: { weight: 10, period: [0, 1] } } },
  optimizer: { learningRate: 0.05, momentum: 0.9, weightDecay: 2.5e-4, schedule: 'poly', power: 0.9 },
  evaluation: { every: 250 },
  checkpoint: { every: 250, keep: 2 },
};

/** Classes and surface normals of made-up rooms, by two small networks. */
export const roomScenesPresets: readonly Preset[] = [
  {
    name: 'room-scenes',
    description:
      'Classes and surface normals of made-up rooms, two small VGG networks: three minutes on two cores.',
    tree: roomScenes,
  },
  {
    name: 'room-scenes-smoke',
    description:
      'The same with tiny networks, little data and 20 steps: seconds. Only shows that everything runs.',
    tree: mergeTrees(roomScenes, {
      name: 'rooms-smoke',
      steps: 20,
      data: { batchSize: 4, options: { size: 32, trainSize: 40, validationSize: 8, testSize: 8 } },
      tasks: networks([[4], [4, 4]], 8),
      evaluation: { every: 10 },
      checkpoint: { every: 10 },
    }),
  },
];
