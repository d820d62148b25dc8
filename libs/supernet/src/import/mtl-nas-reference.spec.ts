import { elementCount, type NamedTensor } from '@taskweave/common';
import { float32, int32 } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import type { TaskDeclaration } from '@taskweave/spec';
import { describe, expect, it } from 'vitest';
import { networkCost } from '../cost.js';
import { measureBatch } from '../programs/measure-batch.js';
import { importWeights } from './import-weights.js';
import { mtlNasReference } from './mtl-nas-reference.js';
import { NYU_TASKS, nyuSupernet, randomStateDict, stateDictShapes, unusedTensors } from './testing.js';

const OPTIONS = { source: 'weights.safetensors', seed: 1 };

describe('the names of the reference implementation', () => {
  it('are those of all 51,862,955 parameters and 41,984 statistics', () => {
    const supernet = nyuSupernet(1, { size: 321 });
    const shapes = stateDictShapes(1);
    const sources = mtlNasReference.parameters(supernet, new Set(shapes.keys()));
    expect(new Set(sources.map(({ parameter }) => parameter))).toEqual(
      new Set(supernet.parameters.map(({ name }) => name)),
    );
    const used = new Set(sources.map(({ from }) => from));
    expect(used.size).toBe(sources.length);
    const alphas = ['net1_alphas', 'net2_alphas'];
    expect(new Set([...used, ...alphas])).toEqual(new Set(shapes.keys()));
    const count = (statistics: boolean) =>
      [...used]
        .filter((name) => name.includes('.running_') === statistics)
        .reduce((sum, name) => sum + elementCount(shapes.get(name)!), 0);
    expect([count(false), count(true)]).toEqual([51_862_955, 41_984]);
    expect(networkCost(supernet).params).toBe(51_862_955);
  });

  it('may have a pool that keeps the size as one module', () => {
    const supernet = nyuSupernet(1 / 64);
    const moved = randomStateDict(1 / 64).map((tensor) => {
      const name = tensor.name
        .replace('stages.10.feature.2.', 'stages.10.feature.1.')
        .replace('stages.10.feature.3.', 'stages.10.feature.2.');
      return { ...tensor, name };
    });
    expect(importWeights(supernet, moved, OPTIONS)).toEqual(
      importWeights(supernet, randomStateDict(1 / 64), OPTIONS),
    );
  });

  it('of alphas are rows of targets and columns of sources', () => {
    const supernet = nyuSupernet(1 / 64);
    const position = (_: unknown, i: number) => i;
    const weights = randomStateDict(1 / 64).map((tensor): NamedTensor => {
      const offset = { net1_alphas: 0, net2_alphas: 1000 }[tensor.name];
      if (offset === undefined) return tensor;
      return { ...tensor, data: Float32Array.from({ length: 169 }, position).map((i) => offset + i) };
    });
    const pairs = [
      [0, 0], [1, 0], [1, 1], [2, 2], [3, 2], [3, 3], [4, 4], [5, 4], [5, 5], [6, 4], [6, 5], [6, 6],
      [7, 7], [8, 7], [8, 8], [9, 7], [9, 8], [9, 9], [10, 10], [11, 10], [11, 11], [12, 10], [12, 11], [12, 12],
    ] as const; // prettier-ignore
    const expected = [0, 1000].flatMap((offset) => pairs.map(([i, j]) => offset + 13 * i + j));
    expect(importWeights(supernet, weights, OPTIONS).alphas).toEqual(expected);
  });

  it('are of two networks that are searched', () => {
    const three = nyuSupernet(1 / 64, {
      tasks: [...NYU_TASKS, { id: 'depth', kind: 'surface-normals', outputs: 3 }],
    });
    expect(() => importWeights(three, randomStateDict(1 / 64), OPTIONS)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', found: '3 tasks' }),
    );
  });
});

/**
 * Networks one channel wide at the beginning (width 1/64) whose convolutions look at the centre only, for an image
 * that is the same everywhere. Stages 0 and 1 compute what the test says by hand; all later ones and the head pass on
 * what they get: the mean over channels, normalised by statistics of 0 and 1.
 */
function handMadeWeights(): NamedTensor[] {
  const LN3 = Math.log(3); // sigmoid(ln 3) = 3/4
  const set: Record<string, number[]> = {
    // Red, green, blue.
    'net1.stages.0.feature.0.weight': [0.5, 0.25, 0],
    'net1.stages.0.feature.1.weight': [4],
    'net1.stages.0.feature.1.bias': [1],
    'net1.stages.0.feature.1.running_mean': [0.5],
    'net1.stages.0.feature.1.running_var': [3.999],
    'net2.stages.0.feature.0.weight': [0, 0, 1],
    'net2.stages.0.feature.1.bias': [-1],
    'net2.stages.0.feature.1.running_mean': [1],
    'net1.stages.1.feature.0.weight': [0.5],
    'net2.stages.1.feature.0.weight': [2],
    // The own feature, then each source from the shallowest.
    'paths.net1_paths.0.conv.weight': [1, 2],
    'paths.net1_paths.0.bn.weight': [2],
    'paths.net1_paths.0.bn.running_mean': [0.5],
    'paths.net2_paths.0.conv.weight': [3, -1],
    'paths.net1_paths.1.conv.weight': [1, 8, 0.5],
    'paths.net2_paths.1.conv.weight': [0.5, 1, 4],
    'net1.head.10.bias': [0, 0.5, 1],
    'net2.head.10.bias': [0, 3, 1],
  };
  const classifiers: Record<string, number[]> = {
    'net1.head.10.weight': [1, 2, -1],
    'net2.head.10.weight': [1, 0, 0.5],
  };
  const alphas: Record<string, Record<number, number>> = {
    // Row 0, column 1 is no edge.
    net1_alphas: { 0: LN3, 1: 7, 13: -LN3, 14: LN3 },
    net2_alphas: { 1: 7, 14: LN3 },
  };
  return [...stateDictShapes(1 / 64, [3, 3])].map(([name, shape]) => {
    const data = new Float32Array(elementCount(shape));
    const inputs = shape[1] ?? 0;
    const taps = elementCount(shape.slice(2));
    const centre = (output: number, input: number): number =>
      (output * inputs + input) * taps + (taps - 1) / 2;
    if (name.endsWith('alphas')) {
      for (const [at, value] of Object.entries(alphas[name]!)) data[Number(at)] = value;
    } else if (shape.length === 4) {
      // Of a fusion node's inputs, all sources and the own feature have one output's number of channels each.
      const own = name.startsWith('paths.') ? shape[0]! : inputs;
      for (let output = 0; output < shape[0]!; output++) {
        for (let input = 0; input < inputs; input++) {
          const scale = classifiers[name]?.[output] ?? 1;
          const value = set[name]?.[input] ?? (input < own ? scale / own : 0);
          data[centre(output, input)] = value;
        }
      }
    } else {
      const scale = name.endsWith('running_var') ? 0.999 : name.endsWith('.weight') ? 1 : 0;
      data.fill(scale);
      data.set(set[name] ?? []);
    }
    return { name, dtype: 'float32', shape, data };
  });
}

describe.each(TESTED_ENGINES)('imported weights in evaluation on %s', (engine) => {
  it('give the outputs computed by hand', async () => {
    const tasks: TaskDeclaration[] = [
      { id: 'a', kind: 'segmentation', outputs: 3 },
      { id: 'b', kind: 'surface-normals', outputs: 3 },
    ];
    const supernet = nyuSupernet(1 / 64, { tasks, size: 8 });
    const { parameters, alphas } = importWeights(
      supernet,
      [...handMadeWeights(), ...unusedTensors()],
      OPTIONS,
    );
    const gates = alphas!.map((alpha) => 1 / (1 + Math.exp(-alpha)));
    const pixels = Array.from({ length: 64 });
    const inputs = {
      image: float32(
        [1, 8, 8, 3],
        pixels.flatMap(() => [1, 2, 3]),
      ),
      'label/a': int32(
        [1, 8, 8],
        pixels.map((_, i) => (i === 0 ? 255 : 0)),
      ),
      'label/b': float32(
        [1, 8, 8, 3],
        pixels.flatMap((_, i) => (i < 3 ? [255, 255, 255] : [0, 1, 0])),
      ),
      gates: float32([gates.length], gates),
    };
    const program = measureBatch(supernet, [8, 8, 3], 1, { training: false, gradients: false });
    const { outputs } = await runProgram(engine, program, { state: parameters, inputs });
    // Stage 0, before fusion: a = 4·(0.5·1 + 0.25·2 - 0.5) / 2 + 1 = 2;  b = 3 - 1 - 1 = 1.
    // After: a = 2·(1·2 + 2·0.75·1 - 0.5) = 6;  b = 3·1 - 0.5·2 = 2.
    // Stage 1, before: a = 0.5·6 = 3;  b = 2·2 = 4.
    // After: a = 3 + 8·0.25·1 + 0.5·0.75·4 = 6.5;  b = 0.5·4 + 1·0.5·2 + 4·0.75·3 = 12.
    const [a, b] = [outputs['output/a']!, outputs['output/b']!];
    expect(a.shape).toEqual([1, 1, 1, 3]);
    [6.5, 13.5, -5.5].forEach((value, i) => expect(a.data[i]).toBeCloseTo(value, 4));
    [12, 3, 7].forEach((value, i) => expect(b.data[i]).toBeCloseTo(value, 4));
    expect(outputs['loss/a']!.data[0]).toBeCloseTo(Math.log(1 + Math.exp(7) + Math.exp(-12)), 4);
    expect(outputs['loss/b']!.data[0]).toBeCloseTo(1 - 3 / Math.hypot(12, 3, 7), 5);
  });
});
