import { TaskweaveError, type NamedTensor } from '@taskweave/common';
import { namedTensors } from '@taskweave/engine';
import { describe, expect, it } from 'vitest';
import { tinySupernet, trainedParameters } from '../testing.js';
import { ignoredWeights, presetOfWeights } from './formats.js';
import { importWeights } from './import-weights.js';
import { nyuSupernet, randomStateDict, unusedTensors } from './testing.js';

const WIDTH = 1 / 64;
const OPTIONS = { source: 'weights.safetensors', seed: 1 };
const supernet = nyuSupernet(WIDTH);
const weights = randomStateDict(WIDTH);

const change = (name: string, to: Partial<NamedTensor>) =>
  weights.map((tensor) => (tensor.name === name ? { ...tensor, ...to } : tensor));
const find = (name: string) => weights.find((tensor) => tensor.name === name)!;
function refusal(tensors: readonly NamedTensor[], into = supernet): TaskweaveError {
  try {
    importWeights(into, tensors, OPTIONS);
  } catch (error) {
    return error as TaskweaveError;
  }
  throw new Error('the weights were accepted');
}

describe('importWeights', () => {
  it('gives every parameter in its shape', () => {
    const { parameters, initial, format } = importWeights(supernet, weights, OPTIONS);
    expect(format).toBe('mtl-nas-reference');
    expect(initial).toEqual([]);
    const shapes = Object.fromEntries(supernet.parameters.map(({ name, shape }) => [name, [...shape]]));
    const imported = Object.entries(parameters).map(([name, { shape }]) => [name, [...shape]]);
    expect(Object.fromEntries(imported)).toEqual(shapes);
  });

  it('puts output channels last, and leaves the rest of a kernel as it is', () => {
    const { parameters } = importWeights(supernet, weights, OPTIONS);
    const { shape, data } = find('net2.stages.7.feature.2.weight');
    const [outputs, inputs, height, width] = shape as [number, number, number, number];
    const ours = parameters['normals/conv4_1/weight']!;
    expect(ours.shape).toEqual([height, width, inputs, outputs]);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < inputs; i++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            expect(ours.data[((y * width + x) * inputs + i) * outputs + o]).toBe(
              data[((o * inputs + i) * height + y) * width + x],
            );
  });

  it('does not depend on the order of the file, nor on what is not used', () => {
    const expected = importWeights(supernet, weights, OPTIONS);
    expect(importWeights(supernet, [...unusedTensors(), ...weights].reverse(), OPTIONS)).toEqual(expected);
    const names = new Set([...weights, ...unusedTensors()].map(({ name }) => name));
    expect([...names].filter(ignoredWeights(names))).toEqual(unusedTensors().map(({ name }) => name));
  });

  it('knows the preset of the reference implementation, and has gates without alphas', () => {
    expect(presetOfWeights(weights.map(({ name }) => name))).toBe('mtl-nas-nyuv2-vgg16');
    expect(presetOfWeights(['conv1.weight'])).toBeUndefined();
    const without = weights.filter(({ name }) => !name.endsWith('alphas'));
    expect(importWeights(supernet, without, OPTIONS)).not.toHaveProperty('alphas');
  });

  it('takes our own names too', () => {
    const tiny = tinySupernet();
    const parameters = trainedParameters(tiny);
    const imported = importWeights(tiny, namedTensors(parameters), OPTIONS);
    expect(imported).toEqual({ format: 'taskweave', parameters, initial: [] });
  });

  it('takes float64 for float32', () => {
    const name = 'net1.head.10.bias';
    const data = Float64Array.from(find(name).data);
    expect(importWeights(supernet, change(name, { dtype: 'float64', data }), OPTIONS)).toEqual(
      importWeights(supernet, weights, OPTIONS),
    );
  });
});

describe('importWeights refuses', () => {
  it('everything that does not fit, at once and by name', () => {
    const spoiled = change('net1.head.6.weight', { shape: [16, 4, 2, 2] })
      .filter(({ name }) => !['net2.stages.0.feature.1.bias', 'paths.net1_paths.5.bn.bias'].includes(name))
      .concat([
        { name: 'net1.stages.0.feature.0.bias', dtype: 'float32', shape: [2], data: new Float32Array(2) },
      ]);
    const error = refusal(spoiled);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', subject: 'weights.safetensors' });
    expect(error.message.split('\n')).toEqual([
      'The weights do not fit the networks: tensors 1 of another shape, 2 missing, 1 extra.',
      '  of another shape: net1.head.6.weight [16, 4, 2, 2], expected [16, 16, 1, 1]',
      '  missing: paths.net1_paths.5.bn.bias [4]',
      '  missing: net2.stages.0.feature.1.bias [1]',
      '  extra: net1.stages.0.feature.0.bias',
    ]);
  });

  it.each<[string, string, Partial<NamedTensor>, string]>([
    [
      'numbers that are not',
      'net2.head.10.bias',
      { data: Float32Array.of(0, NaN, 1) },
      'has NaN at element 1',
    ],
    ['infinite numbers', 'net2.head.10.bias', { data: Float32Array.of(0, 1, Infinity) }, 'has Infinity at'],
    ['integers', 'net2.head.10.bias', { dtype: 'int32', data: new Int32Array(3) }, 'int32, expected float32'],
    ['alphas of other stages', 'net2_alphas', { shape: [169] }, '[169], expected [13, 13]'],
    [
      'negative variances',
      'net1.stages.0.feature.1.running_var',
      { data: Float32Array.of(1, -1) },
      'has a negative variance',
    ],
  ])('%s', (_, name, to, told) => {
    expect(refusal(change(name, to)).message).toContain(`: ${name} ${told}`);
  });

  it('one matrix of alphas without the other', () => {
    const { message } = refusal(weights.filter(({ name }) => name !== 'net2_alphas'));
    expect(message).toContain('missing: net2_alphas [13, 13]');
  });

  it('networks of another width, naming every tensor', () => {
    const { message } = refusal(weights, nyuSupernet(1 / 16));
    // All but those that depend on nothing but the number of classes: the alphas and the classifiers' biases.
    expect(message.match(/^ {2}of another shape: /gm)).toHaveLength(weights.length - 4);
  });

  it('networks of another kind', () => {
    expect(refusal(weights, tinySupernet())).toMatchObject({
      code: 'CONFIG_INVALID',
      subject: 'tasks[].backbone',
    });
  });

  it.each<[string, string[], string]>([
    ['no tensors', [], 'no tensors'],
    ['names of no format', ['a', 'b'], 'a, b'],
  ])('%s', (_, names, found) => {
    const tensors = names.map((name): NamedTensor => ({
      name,
      dtype: 'float32',
      shape: [1],
      data: new Float32Array(1),
    }));
    expect(refusal(tensors)).toMatchObject({ code: 'CONFIG_INVALID', found });
  });
});
