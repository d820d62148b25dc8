import type { Json } from '@taskweave/common';
import type { Preset } from './preset.js';

/** One network per channel of the images, which sees that channel and nothing else. */
const networks: Json = [0, 1, 2, 3].map((channel) => ({
  id: `channel-${channel}`,
  backbone: { id: 'vgg-mini', inputChannels: [channel], options: { channels: [[8]], hidden: 32 } },
}));

/** Stripes whose useful edges are known: whether a search finds them. */
export const plantedPresets: readonly Preset[] = [
  {
    name: 'planted',
    description: 'Stripes on four channels, of whose 12 candidate edges 4 are useful: seconds on two cores.',
    tree: {
      name: 'planted',
      seed: 1,
      steps: 300,
      data: { set: 'planted', batchSize: 32, trainSplit: 0.5, mixed: true },
      tasks: networks,
      space: { rule: 'same-block', depthLimit: 3 },
      fusion: { init: [0.9, 0.1], epsilon: 1e-3, momentum: 0.05 },
      // A useless edge costs the task nothing once the task is solved; the L1 term closes it. Both terms wait until the
      // networks have learnt something to share: an edge is worth nothing before, and would be dropped.
      strategy: {
        id: 'mtl-nas',
        options: {
          learningRate: 0.02,
          entropy: { weight: 10, period: [0.4, 0.9] },
          l1: { enabled: true, weight: 5, period: [0.4, 0.9] },
        },
      },
      optimizer: { learningRate: 0.05, momentum: 0.9, weightDecay: 2.5e-4, schedule: 'poly', power: 0.9 },
      evaluation: { every: 150 },
      checkpoint: { every: 100, keep: 2 },
    },
  },
];
