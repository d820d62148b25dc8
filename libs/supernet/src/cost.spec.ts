import { describe, expect, it } from 'vitest';
import type { ParameterDeclaration } from '@taskweave/backbones';
import { elementCount } from '@taskweave/common';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from './build-supernet.js';
import { networkCost } from './cost.js';

/** The default networks on images of 36 x 36 x 1: stages of 8 | 16, 16 | 32, 32 channels at 36, 18 and 9 pixels. */
function defaults(method: 'search' | 'single-task') {
  const tasks = ['left', 'right'].map((id): TaskDeclaration => ({ id, kind: 'classification', outputs: 10 }));
  return buildSupernet({ spec: runSpecSchema.parse({}), method, tasks, imageShape: [36, 36, 1] });
}

const AREAS = [36 ** 2, 18 ** 2, 9 ** 2] as const;

const convolutions = 9 * (1 * 8 + 8 * 16 + 16 * 16 + 16 * 32 + 32 * 32);
const normalisations = 2 * (8 + 16 + 16 + 32 + 32);
const convolutionMacs = 9 * (8 * AREAS[0] + (8 * 16 + 16 * 16) * AREAS[1] + (16 * 32 + 32 * 32) * AREAS[2]);
/** The pool leaves 4 x 4 x 32 = 512 features, then 64, then 10. */
const dense = 512 * 64 + 64 * 10;
const head = dense + 2 * 64 + 10;

/** Fusion nodes: the own feature's block of the kernel, and one for each of 1 | 1, 2 | 1, 2 sources. */
const fusionMacs = (blocks: readonly number[]): number =>
  64 * AREAS[0] * blocks[0]! +
  256 * AREAS[1] * (blocks[1]! + blocks[2]!) +
  1024 * AREAS[2] * (blocks[3]! + blocks[4]!);

describe('the cost of the default networks', () => {
  it('alone is that of convolutions, normalisations and heads', () => {
    expect(networkCost(defaults('single-task'))).toEqual({
      params: 2 * (convolutions + normalisations + head),
      macs: 2 * (convolutionMacs + dense),
    });
  });

  it('joined is that of all fusion nodes more', () => {
    const supernet = defaults('search');
    const alone = networkCost(defaults('single-task'));
    expect(supernet.edges).toHaveLength(14);
    const kernels = 64 * 2 + 256 * (2 + 3) + 1024 * (2 + 3);
    expect(networkCost(supernet)).toEqual({
      params: alone.params + 2 * (kernels + normalisations),
      macs: alone.macs + 2 * fusionMacs([2, 2, 3, 2, 3]),
    });
    expect(networkCost(supernet)).toEqual({ params: 115_684, macs: 6_723_072 });
  });

  it('without a single edge still has the own features pass the fusion nodes', () => {
    const alone = networkCost(defaults('single-task'));
    const kernels = 64 + 2 * 256 + 2 * 1024;
    expect(networkCost(defaults('search').withEdges([]))).toEqual({
      params: alone.params + 2 * (kernels + normalisations),
      macs: alone.macs + 2 * fusionMacs([1, 1, 1, 1, 1]),
    });
  });
});

/** Segmentation of 40 classes and surface normals on two VGG-16, as published. */
function published(imageShape: readonly [number, number, number]) {
  const kinds = { segmentation: 40, 'surface-normals': 3 } as const;
  const ids = Object.keys(kinds) as (keyof typeof kinds)[];
  const tasks = ids.map((kind): TaskDeclaration => ({ id: kind, kind, outputs: kinds[kind] }));
  const spec = runSpecSchema.parse({
    tasks: ids.map((id) => ({ id, backbone: { id: 'vgg16-deeplab-lfov' } })),
  });
  return (method: 'search' | 'single-task') => buildSupernet({ spec, method, tasks, imageShape });
}

describe('the cost of the published networks', () => {
  it.each<[readonly [number, number, number], number, number, number]>([
    [[321, 321, 3], 98.201, 31.064, 20.148],
    [[480, 640, 3], 294.455, 93.114, 60.398],
  ])('on images of %j is the published one', (imageShape, alone, fusion, edges) => {
    const build = published(imageShape);
    const [single, supernet] = [networkCost(build('single-task')), networkCost(build('search'))];
    expect(single.params).toBe(41_024_427);
    expect(supernet.params).toBe(51_862_955);
    expect(supernet.params - single.params).toBe(10_838_528);
    expect(single.macs / 1e9).toBeCloseTo(alone, 3);
    expect((supernet.macs - single.macs) / 1e9).toBeCloseTo(fusion, 3);
    const network = build('search');
    expect(network.edges).toHaveLength(48);
    const pruned = networkCost(network.withEdges([]));
    expect((supernet.macs - pruned.macs) / 1e9).toBeCloseTo(edges, 3);
  });

  it.each<[readonly [number, number, number], number, number]>([
    [[321, 321, 3], 129.265, 258.53],
    [[480, 640, 3], 387.568, 775.14],
  ])('of the whole supernet on images of %j is %f GMAC, %f GFLOP', (imageShape, gigaMacs, gigaFlop) => {
    const { macs } = networkCost(published(imageShape)('search'));
    expect(macs / 1e9).toBeCloseTo(gigaMacs, 3);
    expect((2 * macs) / 1e9).toBeCloseTo(gigaFlop, 2);
  });

  it('of a search step on batches of 10 is 7.756 TMAC, and of images of 64x64 10.34 GFLOP', () => {
    // Two passes, forward and twice as much backward.
    const step = 2 * 3 * 10 * networkCost(published([321, 321, 3])('search')).macs;
    expect(step / 1e12).toBeCloseTo(7.756, 3);
    expect((20_001 * 2 * step) / 1e18).toBeCloseTo(0.31, 3);
    expect((2 * networkCost(published([64, 64, 3])('search')).macs) / 1e9).toBeCloseTo(10.34, 2);
  });

  it('has the published parameters, node by node', () => {
    const { parameters, networks, edges } = published([321, 321, 3])('search');
    const count = (chosen: readonly ParameterDeclaration[]) =>
      chosen.reduce((sum, { shape }) => sum + elementCount(shape), 0);
    const trainable = parameters.filter((parameter) => parameter.trainable);
    const ofNetwork = networks.map(({ backbone }) => count(backbone.parameters.filter((p) => p.trainable)));
    expect(ofNetwork).toEqual([20_531_176, 20_493_251]);
    for (const { task, backbone } of networks) {
      const nodes = backbone.stages.map(({ name }) =>
        count(trainable.filter((p) => p.name.startsWith(`${task.id}/fusion/${name}/`))),
      );
      expect(nodes).toEqual([
        8_320, 12_416, 33_024, 49_408, 131_584, 197_120, 262_656, 525_312, 787_456, 1_049_600, 525_312,
        787_456, 1_049_600,
      ]);
      expect(nodes.reduce((a, b) => a + b)).toBe(5_419_264);
      const kernels = trainable.filter(
        (p) => p.name.startsWith(`${task.id}/fusion/`) && p.shape.length === 4,
      );
      expect(count(kernels)).toBe(5_410_816);
    }
    expect(count(parameters.filter((parameter) => !parameter.trainable))).toBe(41_984);
    for (const { macs, params, channels, targetNetwork, targetStage } of edges) {
      const { height, width } = networks[targetNetwork]!.backbone.stages[targetStage]!;
      expect([params, macs]).toEqual([channels ** 2, channels ** 2 * height * width]);
    }
  });

  it('of NDDR-CNN after every block is that of its fusion nodes more', () => {
    const kinds = { segmentation: 40, 'surface-normals': 3 } as const;
    const ids = Object.keys(kinds) as (keyof typeof kinds)[];
    const tasks = ids.map((kind): TaskDeclaration => ({ id: kind, kind, outputs: kinds[kind] }));
    const nddr = (fuseAfter: string) => {
      const spec = runSpecSchema.parse({
        tasks: ids.map((id) => ({ id, backbone: { id: 'vgg16-deeplab-lfov', options: { fuseAfter } } })),
        space: { depthLimit: 1 },
      });
      return networkCost(buildSupernet({ spec, method: 'search', tasks, imageShape: [321, 321, 3] })).params;
    };
    expect(nddr('block') - 41_024_427).toBe(2_447_104);
    expect(nddr('convolution') - 41_024_427).toBe(7_258_624);
  });
});

describe('the cost of networks of two kinds', () => {
  const tasks: readonly TaskDeclaration[] = [
    { id: 'scene', kind: 'classification', outputs: 10 },
    { id: 'segmentation', kind: 'segmentation', outputs: 13 },
  ];
  const build = (space: object) =>
    buildSupernet({
      spec: runSpecSchema.parse({
        tasks: [
          { id: 'scene', backbone: { id: 'resnet-50', options: { width: 0.25 } } },
          { id: 'segmentation', backbone: { id: 'vgg-mini' } },
        ],
        space,
      }),
      method: 'search',
      tasks,
      imageShape: [64, 64, 3],
    });

  it('is refused where stages of a block differ, naming both', () => {
    expect(() => build({})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'stages conv1_1 of segmentation and layer1.0 of scene differ in shape',
      }),
    );
  });

  it('counts an edge across blocks by the channels of both ends, at the size of its target', () => {
    const supernet = build({ rule: 'cross-block', depthLimit: 2 });
    // Into 16 stages from 5: 1, 2, 2, 2, 2, 1 sources; into 5 from 16: 1, 2, 2, 2, 2.
    expect(supernet.edges).toHaveLength(10 + 9);
    const edge = supernet.edges.find(({ id }) => id === 'scene/layer1.0->segmentation/conv2_1');
    expect(edge).toMatchObject({ params: 64 * 16, macs: 64 * 16 * 32 * 32 });
    const pruned = networkCost(supernet.withEdges([]));
    const full = networkCost(supernet);
    const sum = (key: 'macs' | 'params') => supernet.edges.reduce((total, e) => total + e[key], 0);
    expect([full.params - pruned.params, full.macs - pruned.macs]).toEqual([sum('params'), sum('macs')]);
  });
});
