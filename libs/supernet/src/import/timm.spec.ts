import { backbones, initialValues } from '@taskweave/backbones';
import { describe, expect, it } from 'vitest';
import { tinySupernet } from '../testing.js';
import { importWeights } from './import-weights.js';
import { VGG_CONVOLUTIONS, nyuSupernet, vggWeights } from './testing.js';
import { resnet50 } from './timm-resnet50.js';
import { vgg16Bn } from './timm-vgg16-bn.js';

const OPTIONS = { source: 'vgg16_bn.safetensors', seed: 7 };
describe("timm's vgg16_bn", () => {
  const supernet = nyuSupernet(1 / 32);
  const weights = vggWeights(1 / 32);
  const data = (name: string) => [...weights.find((tensor) => tensor.name === name)!.data];

  it('becomes the trunk of both networks', () => {
    const { format, parameters, initial } = importWeights(supernet, weights, OPTIONS);
    expect(format).toBe('timm-vgg16_bn');
    for (const task of ['segmentation', 'normals']) {
      expect([...parameters[`${task}/conv4_2/bn/gamma`]!.data]).toEqual(data('features.28.weight'));
      expect([...parameters[`${task}/conv5_3/bn/variance`]!.data]).toEqual(data('features.41.running_var'));
      expect(parameters[`${task}/conv3_1/weight`]!.shape).toEqual([3, 3, 4, 8]);
    }
    expect(initial.length).toBe(supernet.parameters.length - 2 * 13 * 5);
    expect(initial.every((name) => /\/(head|fusion)\//.test(name))).toBe(true);
  });

  it('has biases, which the means take in', () => {
    const { parameters } = importWeights(supernet, weights, OPTIONS);
    const [mean, bias] = [data('features.15.running_mean'), data('features.14.bias')];
    mean.forEach((value, i) =>
      expect(parameters['normals/conv3_1/bn/mean']!.data[i]).toBeCloseTo(value - bias[i]!, 6),
    );
  });

  it('leaves heads and fusion nodes as they start', () => {
    const { parameters, initial } = importWeights(supernet, weights, OPTIONS);
    const start = initialValues(supernet.parameters, OPTIONS.seed);
    for (const name of initial) expect(parameters[name]).toEqual(start[name]);
  });

  it('is refused for networks without its layers, and with a tensor missing', () => {
    expect(() => importWeights(tinySupernet(), weights, OPTIONS)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'tasks[].backbone.id' }),
    );
    const without = weights.filter(({ name }) => name !== 'features.14.bias');
    expect(() => importWeights(supernet, without, OPTIONS)).toThrow('  missing: features.14.bias [8]');
  });

  it('names its 13 convolutions as timm does', () => {
    expect(vgg16Bn.layers.map(({ convolution }) => convolution)).toEqual(
      VGG_CONVOLUTIONS.map(([at]) => `features.${at}`),
    );
  });
});

describe("timm's resnet50", () => {
  it('has 53 convolutions: a stem, 3 in each of 16 bottlenecks, 4 projections', () => {
    const names = resnet50.layers.map(({ convolution }) => convolution);
    expect(new Set(names).size).toBe(53);
    expect(names).toEqual(
      expect.arrayContaining(['conv1', 'layer1.0.conv1', 'layer3.5.conv3', 'layer4.0.downsample.0']),
    );
    expect(names).not.toContain('layer4.1.downsample.0');
  });

  it('are all of the trunk of the backbone resnet-50', () => {
    const definition = backbones['resnet-50']!;
    const options = definition.options.parse({ width: 1 / 16 });
    const imageShape = [33, 33, 3] as const;
    const { parameters } = definition.create({ task: 'scene', options, imageShape, outputs: 5 });
    const trunk = parameters.filter(({ group }) => group === 'backbone').map(({ name }) => name);
    const ours = resnet50.layers.flatMap(({ ours: { convolution, batchNorm } }) => [
      `scene/${convolution}/weight`,
      ...['gamma', 'beta', 'mean', 'variance'].map((part) => `scene/${batchNorm}/${part}`),
    ]);
    expect([...ours].sort()).toEqual([...trunk].sort());
  });
});
