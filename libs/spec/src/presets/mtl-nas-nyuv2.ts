import type { Json } from '@taskweave/common';
import { mergeTrees } from '../merge-trees.js';
import type { Preset } from './preset.js';

const NAME = 'mtl-nas-nyuv2-vgg16';

/** MTL-NAS (CVPR 2020) as its authors released it: deterministic relaxation, stochastic discretisation, entropy. */
const published: Json = {
  name: NAME,
  seed: 1,
  steps: 20_001,
  data: {
    set: 'nyuv2',
    batchSize: 10,
    trainSplit: 0.5,
    mixed: true,
    // Where the authors' code has it; elsewhere: --set data.options.root=<folder>.
    options: { root: 'datasets/nyu_v2' },
  },
  tasks: [
    { id: 'segmentation', lossWeight: 1, backbone: { id: 'vgg16-deeplab-lfov' } },
    { id: 'normals', lossWeight: 20, backbone: { id: 'vgg16-deeplab-lfov' } },
  ],
  space: { rule: 'same-block', depthLimit: 3 },
  fusion: { init: [1, 0], epsilon: 1e-3, momentum: 0.05 },
  strategy: {
    id: 'mtl-nas',
    options: {
      architectureOptimizer: 'adam',
      learningRate: 1e-3,
      betas: [0.5, 0.999],
      weightDecay: 1e-3,
      temperature: { start: 1, end: 0, period: [0, 1], power: 2 },
      entropy: { enabled: true, weight: 10, period: [0, 0] },
      l1: { enabled: false },
      architectureGates: 'sigmoid',
      weightGates: 'concrete',
      evaluationGates: 'onehot',
    },
  },
  optimizer: {
    learningRate: 1e-3,
    momentum: 0.9,
    weightDecay: 2.5e-4,
    schedule: 'poly',
    power: 0.9,
    fusionFactor: 100,
    classifierWeightFactor: 10,
    classifierBiasFactor: 20,
  },
  evaluation: { every: 1000 },
  checkpoint: { every: 1000 },
};

function variant(name: string, description: string, change: Json): Preset {
  const tree = mergeTrees(mergeTrees(published, { name: `${NAME}-${name}` }), change);
  return { name: `${NAME}/${name}`, description, tree };
}

const RELAXATIONS = [
  { name: 'd-relax', words: 'deterministic relaxation', architectureGates: 'sigmoid' },
  { name: 's-relax', words: 'stochastic relaxation', architectureGates: 'concrete' },
] as const;
const DISCRETISATIONS = [
  { name: 'd-discre', words: 'deterministic discretisation', weightGates: 'sigmoid' },
  { name: 's-discre', words: 'stochastic discretisation', weightGates: 'concrete' },
] as const;

/** Gates of the two passes, with and without minimum entropy; `d-relax-s-discre-entropy` is the published default. */
const searchAlgorithms = RELAXATIONS.flatMap(({ name: relaxation, words: how, architectureGates }) =>
  DISCRETISATIONS.flatMap(({ name: discretisation, words: and, weightGates }) =>
    [false, true].map((enabled) =>
      variant(
        `${relaxation}-${discretisation}${enabled ? '-entropy' : ''}`,
        `Ablation: ${how}, ${and}, ${enabled ? 'minimum entropy' : 'no entropy term'}.`,
        { strategy: { options: { architectureGates, weightGates, entropy: { enabled } } } },
      ),
    ),
  ),
);

/** Ten, a hundred and a thousand times the published rate. */
const architectureRates = [10, 100, 1000].map((factor) =>
  variant(`arch-lr-${factor}x`, `Ablation: architecture learning rate times ${factor}.`, {
    strategy: { options: { learningRate: 1e-3 * factor } },
  }),
);

/** Initial weights of own and fused features; (1, 0) is the published default. */
const fusionInits = [
  ...(
    [
      [0, 1],
      [0.1, 0.9],
      [0.2, 0.8],
      [0.5, 0.5],
      [0.8, 0.2],
      [0.9, 0.1],
      [1, 0],
    ] as const
  ).map(([own, fused]) =>
    variant(
      `init-${own.toFixed(1)}-${fused.toFixed(1)}`,
      `Ablation: fusion nodes start with ${own} of the own feature and ${fused} of the others.`,
      { fusion: { init: [own, fused] } },
    ),
  ),
  variant('init-random', 'Ablation: fusion nodes start at random.', { fusion: { init: 'kaiming' } }),
];

/** The experiments of MTL-NAS (CVPR 2020) on NYU v2, with the settings of the authors' release. */
export const mtlNasNyuv2Presets: readonly Preset[] = [
  {
    name: NAME,
    description: 'MTL-NAS as published: NYU v2, two VGG-16, 20,001 steps of 10 images. Wants a GPU.',
    tree: published,
  },
  ...searchAlgorithms,
  ...architectureRates,
  ...fusionInits,
];
