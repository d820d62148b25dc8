import { TaskweaveError } from '@taskweave/common';
import { fusionWeightName } from '../fusion.js';
import type { Supernet } from '../supernet.js';
import { batchNormSources, isBatchCount } from './batch-norm-names.js';
import type { ParameterSource, WeightFormat } from './weight-format.js';

/** Where the head's convolutions stand in its list of modules; each one's normalisation is next. */
const HEAD = [
  ['fc6', 2],
  ['fc7', 6],
] as const;
const CLASSIFIER = 10;

/**
 * Where a stage's convolution stands in its list of modules: first, or behind a pool. A pool that halves is two
 * modules, padding and pooling; one that keeps the size may be written as one.
 */
function convolutionIndex(stage: string, opensBlock: boolean, names: ReadonlySet<string>): number {
  if (!opensBlock) return 0;
  return names.has(`${stage}.feature.1.weight`) ? 1 : 2;
}

function backboneSources(supernet: Supernet, network: number, names: ReadonlySet<string>): ParameterSource[] {
  const { task, backbone } = supernet.networks[network]!;
  const net = `net${network + 1}`;
  const stages = backbone.stages.flatMap(({ name, block }, stage) => {
    const ours = `${task.id}/${name}`;
    const theirs = `${net}.stages.${stage}`;
    const opensBlock = stage > 0 && backbone.stages[stage - 1]!.block !== block;
    const index = convolutionIndex(theirs, opensBlock, names);
    return convolutionSources(ours, `${theirs}.feature.${index}`, `${theirs}.feature.${index + 1}`);
  });
  const hidden = HEAD.flatMap(([name, index]) =>
    convolutionSources(`${task.id}/head/${name}`, `${net}.head.${index}`, `${net}.head.${index + 1}`),
  );
  const classifier: ParameterSource[] = [
    {
      parameter: `${task.id}/head/classifier/weight`,
      from: `${net}.head.${CLASSIFIER}.weight`,
      layout: 'oihw',
    },
    { parameter: `${task.id}/head/classifier/bias`, from: `${net}.head.${CLASSIFIER}.bias` },
  ];
  return [...stages, ...hidden, ...classifier];
}

function convolutionSources(ours: string, convolution: string, batchNorm: string): ParameterSource[] {
  return [
    { parameter: `${ours}/weight`, from: `${convolution}.weight`, layout: 'oihw' },
    ...batchNormSources(`${ours}/bn`, batchNorm),
  ];
}

function fusionSources(supernet: Supernet, network: number): ParameterSource[] {
  return supernet.networks[network]!.backbone.stages.flatMap((_, stage) => {
    const ours = supernet.fusionPrefix(network, stage);
    const theirs = `paths.net${network + 1}_paths.${stage}`;
    return [
      { parameter: fusionWeightName(ours), from: `${theirs}.conv.weight`, layout: 'oihw' as const },
      ...batchNormSources(`${ours}/bn`, `${theirs}.bn`),
    ];
  });
}

/**
 * The state dict of the reference implementation of MTL-NAS (CVPR 2020): two VGG-16 `net1` and `net2`, fusion nodes
 * `paths.netN_paths.<stage>` into net N, architecture weights `netN_alphas` [stages, stages] with a row for each
 * target stage and a column for each source stage of the other network. The networks are those of the config, in
 * its order. A fusion node's input channels are the own feature's, then each source's from the shallowest, as here.
 */
export const mtlNasReference: WeightFormat = {
  id: 'mtl-nas-reference',
  preset: 'mtl-nas-nyuv2-vgg16',
  complete: true,
  recognises: (names) => [...names].some((name) => /^net[12]\.stages\.|^paths\.net[12]_paths\./.test(name)),
  // Each network's convolutions are in the file a second time, as one list.
  ignores: (name) => isBatchCount(name) || name === 'path_costs' || /^net\d+\.features\./.test(name),
  isOutside: (name, { fusion }) => /^net[12]_alphas$/.test(name) || (!fusion && name.startsWith('paths.')),
  parameters(supernet, names) {
    const { length } = supernet.networks;
    if (length !== 2) throw notTwoNetworks(length);
    return [0, 1].flatMap((network) => [
      ...backboneSources(supernet, network, names),
      ...(supernet.fused ? fusionSources(supernet, network) : []),
    ]);
  },
  alphas: ({ networks, edges }) =>
    edges.map(({ sourceNetwork, sourceStage, targetNetwork, targetStage }) => {
      const rows = networks[targetNetwork]!.backbone.stages.length;
      const columns = networks[sourceNetwork]!.backbone.stages.length;
      return {
        from: `net${targetNetwork + 1}_alphas`,
        shape: [rows, columns],
        index: targetStage * columns + sourceStage,
      };
    }),
};

function notTwoNetworks(count: number): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The weights are those of two networks that are searched together.',
    subject: 'tasks',
    found: `${count} tasks`,
    expected: '2 tasks',
    action: 'Use a config such as the preset mtl-nas-nyuv2-vgg16.',
  });
}
