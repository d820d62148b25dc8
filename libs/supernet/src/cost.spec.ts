import { describe, expect, it } from 'vitest';
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
});
