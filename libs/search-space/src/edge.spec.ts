import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import type { NetworkDeclaration } from './declaration.js';
import { candidateEdges, directionsOf, fusionSources, type Edge } from './edge.js';

/** A network with the given number of stages per block; channels double and sizes halve from block to block. */
function network(task: string, blockSizes: readonly number[]): NetworkDeclaration {
  return {
    task,
    stages: blockSizes.flatMap((size, block) =>
      Array.from({ length: size }, (_, i) => ({
        name: `conv${block + 1}_${i + 1}`,
        channels: 8 * 2 ** block,
        height: 64 >> block,
        width: 96 >> block,
        block,
      })),
    ),
  };
}

function tasks(count: number, blockSizes: readonly number[]): NetworkDeclaration[] {
  return Array.from({ length: count }, (_, k) => network(`task${k}`, blockSizes));
}

/** The network with one stage changed. */
function altered(
  base: NetworkDeclaration,
  index: number,
  change: Partial<NetworkDeclaration['stages'][number]>,
): NetworkDeclaration {
  return { ...base, stages: base.stages.map((stage, i) => (i === index ? { ...stage, ...change } : stage)) };
}

function refusal(networks: readonly NetworkDeclaration[], depthLimit = 3): TaskweaveError {
  try {
    candidateEdges(networks, { depthLimit });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TaskweaveError);
    return thrown as TaskweaveError;
  }
  throw new Error('nothing was refused');
}

const VGG16 = [2, 2, 3, 3, 3];
const RESNET50 = [3, 4, 6, 3];

describe('candidateEdges', () => {
  it('lists the published pairs of VGG-16 in both directions', () => {
    const published =
      '(0,0)(1,0)(1,1)(2,2)(3,2)(3,3)(4,4)(5,4)(5,5)(6,4)(6,5)(6,6)(7,7)(8,7)(8,8)(9,7)(9,8)(9,9)' +
      '(10,10)(11,10)(11,11)(12,10)(12,11)(12,12)';
    const edges = candidateEdges(tasks(2, VGG16), { depthLimit: 3 });
    for (const target of [0, 1]) {
      const pairs = edges
        .filter(({ targetNetwork }) => targetNetwork === target)
        .map(({ targetStage, sourceStage }) => `(${targetStage},${sourceStage})`);
      expect(pairs.join('')).toBe(published);
    }
  });

  it.each([
    [VGG16, 2, 3, 48],
    [VGG16, 3, 3, 144],
    [VGG16, 5, 3, 480],
    [RESNET50, 2, 3, 72],
    [VGG16, 2, 1, 26],
    [VGG16, 2, 99, 48],
    [RESNET50, 2, 99, 86],
    [VGG16, 1, 3, 0],
  ])('%j with %i tasks and depth limit %i has %i edges', (blockSizes, count, depthLimit, expected) => {
    expect(candidateEdges(tasks(count, blockSizes), { depthLimit })).toHaveLength(expected);
  });

  it('orders by target network, target stage, source network, source stage', () => {
    const edges = candidateEdges(tasks(3, [1, 2]), { depthLimit: 3 });
    const keys = edges.map((e) => [e.targetNetwork, e.targetStage, e.sourceNetwork, e.sourceStage]);
    expect(keys).toEqual([...keys].sort((a, b) => a.map((v, i) => v - b[i]!).find((d) => d !== 0) ?? 0));
    expect(keys[0]).toEqual([0, 0, 1, 0]);
    expect(keys.at(-1)).toEqual([2, 2, 1, 2]);
  });

  it('names an edge and counts the cost of its slice of the 1x1 convolution', () => {
    const edges = candidateEdges([network('left', [1, 2]), network('right', [1, 2])], { depthLimit: 3 });
    expect(edges.find(({ id }) => id === 'left/conv2_1->right/conv2_2')).toEqual({
      id: 'left/conv2_1->right/conv2_2',
      sourceNetwork: 0,
      sourceStage: 1,
      targetNetwork: 1,
      targetStage: 2,
      channels: 16,
      sourceChannels: 16,
      macs: 16 * 16 * 32 * 48,
      params: 256,
    });
  });

  it('accepts other channels where no edge connects them', () => {
    const left = altered(network('left', [3]), 0, { channels: 4 });
    const right = altered(network('right', [3]), 0, { channels: 4 });
    expect(candidateEdges([left, right], { depthLimit: 1 })).toHaveLength(6);
    expect(refusal([left, right], 2).message).toContain('conv1_1 of right and conv1_2 of left');
  });
});

describe('candidateEdges refuses', () => {
  const left = network('left', VGG16);

  it.each([
    ['channels', { channels: 7 }],
    ['height', { height: 31 }],
    ['width', { width: 31 }],
  ])('edges between stages of different %s, naming both', (_, change) => {
    const error = refusal([left, altered(network('right', VGG16), 5, change)]);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(/conv3_\d of (left|right) and conv3_\d of (left|right) differ in shape/);
    expect(`${error.found} ${error.expected}`).toContain('right/conv3_2 ');
  });

  it.each([
    ['two tasks of one name', [left, left], 'tasks'],
    ['two stages of one name', [altered(left, 1, { name: 'conv1_1' })], 'tasks.left'],
    ['a block that goes back', [altered(left, 4, { block: 0 })], 'tasks.left.stages[4].block'],
    ['a stage without channels', [altered(left, 3, { channels: 0 })], 'tasks.left.stages[3].channels'],
    ['a stage of fractional height', [altered(left, 3, { height: 1.5 })], 'tasks.left.stages[3].height'],
  ])('%s', (_, networks, subject) => {
    expect(refusal(networks)).toMatchObject({ code: 'CONFIG_INVALID', subject });
  });

  it.each([0, -1, 1.5, Number.NaN])('the depth limit %d', (depthLimit) => {
    expect(refusal(tasks(2, VGG16), depthLimit)).toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'space.depthLimit',
    });
  });
});

/** Pairs (target stage, source stage) of the edges into a network, as published. */
function pairs(edges: readonly Edge[], target: number): string {
  return edges
    .filter(({ targetNetwork }) => targetNetwork === target)
    .map(({ targetStage, sourceStage }) => `(${targetStage},${sourceStage})`)
    .join('');
}

describe('networks of other block structures', () => {
  it('are aligned by block, and by depth within the block', () => {
    const edges = candidateEdges([network('long', [2, 1, 3]), network('short', [1, 2])], { depthLimit: 3 });
    expect(pairs(edges, 0)).toBe('(0,0)(1,0)(2,1)');
    expect(pairs(edges, 1)).toBe('(0,0)(1,2)(2,2)');
    const strict = candidateEdges([network('long', [2, 1, 3]), network('short', [1, 2])], { depthLimit: 1 });
    expect(pairs(strict, 0)).toBe('(0,0)(2,1)');
  });

  it('are refused where the two ends of an edge differ in shape, naming both stages and the way out', () => {
    const right = altered(network('right', [1, 2]), 2, { channels: 12 });
    expect(refusal([network('left', [1, 2]), right])).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/conv2_\d of right and conv2_\d of left differ in shape/) as string,
      action: expect.stringContaining('cross-block') as string,
    });
  });
});

describe('the cross-block rule', () => {
  const between = (networks: readonly NetworkDeclaration[], depthLimit: number) =>
    candidateEdges(networks, { rule: 'cross-block', depthLimit });

  it('takes every stage that is no deeper, up to the limit', () => {
    expect(pairs(between(tasks(2, [1, 2]), 2), 0)).toBe('(0,0)(1,0)(1,1)(2,1)(2,2)');
    expect(pairs(between(tasks(2, [1, 2]), 99), 1)).toBe('(0,0)(1,0)(1,1)(2,0)(2,1)(2,2)');
  });

  it.each([
    [VGG16, 99, 91],
    [VGG16, 3, 36],
    [RESNET50, 99, 136],
  ])('of %j with limit %i has %i edges per direction', (blockSizes, depthLimit, expected) => {
    expect(between(tasks(2, blockSizes), depthLimit)).toHaveLength(2 * expected);
  });

  it('counts the cost of unequal channels at the size of the target', () => {
    const edge = between([network('left', [1, 2]), network('right', [1, 2])], 3).find(
      ({ id }) => id === 'left/conv1_1->right/conv2_2',
    );
    expect(edge).toMatchObject({
      sourceChannels: 8,
      channels: 16,
      params: 8 * 16,
      macs: 8 * 16 * 32 * 48,
    });
  });

  it('joins networks of any depth and shape', () => {
    const edges = between([network('long', [2, 3]), network('short', [1, 1])], 3);
    expect(pairs(edges, 0)).toBe('(0,0)(1,0)(1,1)(2,0)(2,1)(3,1)');
    expect(pairs(edges, 1)).toBe('(0,0)(1,0)(1,1)');
  });
});

describe('fusionSources', () => {
  it('gives every fusion node its edges in order, with their place among all', () => {
    const edges = candidateEdges(tasks(3, VGG16), { depthLimit: 3 });
    const sources = fusionSources(edges, 1, 6);
    expect(sources.map(({ id }) => id)).toEqual([
      'task0/conv3_1->task1/conv3_3',
      'task0/conv3_2->task1/conv3_3',
      'task0/conv3_3->task1/conv3_3',
      'task2/conv3_1->task1/conv3_3',
      'task2/conv3_2->task1/conv3_3',
      'task2/conv3_3->task1/conv3_3',
    ]);
    for (const { index, id } of sources) expect(edges[index]!.id).toBe(id);
  });
});

describe('directionsOf', () => {
  it('partitions the edges of K tasks into K(K-1) directions of equal size', () => {
    const edges = candidateEdges(tasks(4, VGG16), { depthLimit: 3 });
    const directions = directionsOf(edges);
    expect(directions.map(({ edges: members }) => members.length)).toEqual(Array(12).fill(24));
    expect(directions.flatMap(({ edges: members }) => members).sort((a, b) => a - b)).toEqual([
      ...edges.keys(),
    ]);
    for (const { sourceNetwork, targetNetwork, edges: members } of directions) {
      for (const i of members) expect(edges[i]).toMatchObject({ sourceNetwork, targetNetwork });
    }
  });
});
