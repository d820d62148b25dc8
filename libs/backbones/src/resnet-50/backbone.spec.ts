import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import type { Program } from '@taskweave/engine';
import { normal, runProgram } from '@taskweave/engine/testing';
import { candidateEdges } from '@taskweave/search-space';
import type { Backbone, ImageShape, Prediction } from '../backbone.js';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { expectStagesLikeOracle } from '../testing.js';
import { resnet50 } from './backbone.js';

function create({
  options = {},
  task = 'scene',
  imageShape = [224, 224, 3] as ImageShape,
  outputs = 1000,
  predicts = 'image' as Prediction,
} = {}): Backbone {
  return resnet50.create({ task, options: resnet50.options.parse(options), imageShape, outputs, predicts });
}

const trainable = ({ parameters }: Backbone) =>
  parameters
    .filter((parameter) => parameter.trainable)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);

describe('resnet-50', () => {
  it('has 16 stages, one per bottleneck, in 4 blocks', () => {
    const { stages } = create();
    expect(stages.map(({ name }) => name).join(' ')).toBe(
      'layer1.0 layer1.1 layer1.2 layer2.0 layer2.1 layer2.2 layer2.3 ' +
        'layer3.0 layer3.1 layer3.2 layer3.3 layer3.4 layer3.5 layer4.0 layer4.1 layer4.2',
    );
    expect(stages.map(({ block }) => block).join('')).toBe('0001111222222333');
    expect([0, 3, 7, 13].map((i) => stages[i])).toMatchObject([
      { channels: 256, height: 56, width: 56 },
      { channels: 512, height: 28, width: 28 },
      { channels: 1024, height: 14, width: 14 },
      { channels: 2048, height: 7, width: 7 },
    ]);
  });

  it('has 36 candidate edges per direction by the published rule', () => {
    const networks = ['left', 'right'].map((task) => ({ task, stages: create({ task }).stages }));
    const edges = candidateEdges(networks, { depthLimit: 3 });
    expect([0, 1].map((into) => edges.filter((e) => e.targetNetwork === into).length)).toEqual([36, 36]);
  });

  it('has the parameters and the cost of the ImageNet classifier', () => {
    expect(trainable(create())).toBe(25_557_032);
    expect(create().macs).toBe(4_089_184_256);
  });

  it('names its parameters as torchvision does its layers', () => {
    const names = create().parameters.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const layers = names.filter((name) => /(weight|gamma|bias)$/.test(name));
    expect(layers.slice(0, 10)).toEqual(
      [
        'conv1/weight bn1/gamma layer1.0/conv1/weight layer1.0/bn1/gamma layer1.0/conv2/weight layer1.0/bn2/gamma',
        'layer1.0/conv3/weight layer1.0/bn3/gamma layer1.0/downsample/conv/weight layer1.0/downsample/bn/gamma',
      ].flatMap((line) => line.split(' ').map((name) => `scene/${name}`)),
    );
    expect(layers.filter((name) => name.includes('downsample/conv'))).toHaveLength(4);
    expect(layers.slice(-2)).toEqual(['scene/head/classifier/weight', 'scene/head/classifier/bias']);
  });

  it.each([
    [32, 8, 8],
    [16, 16, 16],
    [8, 32, 32],
  ])('at output stride %i ends with maps of %ix%i for images of 256x256', (outputStride, height, width) => {
    const backbone = create({ options: { outputStride }, imageShape: [256, 256, 3] });
    expect(backbone.stages.at(-1)).toMatchObject({ height, width, channels: 2048 });
    expect(trainable(backbone)).toBe(25_557_032);
  });

  it('has output stride 8 for predictions per pixel unless told otherwise, and rounds odd sizes up', () => {
    const dense = create({ predicts: 'pixels', imageShape: [321, 200, 3] });
    expect(dense.stages.map(({ height }) => height)).toEqual([81, 81, 81, ...Array<number>(13).fill(41)]);
    expect(dense.stages.at(-1)!.width).toBe(25);
  });

  it('can be made narrower throughout', () => {
    const { stages } = create({ options: { width: 1 / 16 } });
    expect([0, 3, 7, 13].map((i) => stages[i]!.channels)).toEqual([16, 32, 64, 128]);
  });

  it.each([{ width: 0 }, { width: 5 }, { outputStride: 4 }, { outputStride: 12 }, { depth: 50 }])(
    'refuses the options %j',
    (options) => {
      expect(resnet50.options.safeParse(options).success).toBe(false);
    },
  );

  it('spreads its kernels so that every cell of a coarse map is a cell of the fine one', async () => {
    const imageShape: ImageShape = [66, 40, 3];
    const state = initialValues(create({ options: { width: 1 / 64 }, imageShape }).parameters, 1);
    const inputs = { image: normal('image', [1, ...imageShape]) };
    const features = async (outputStride: number) => {
      const { stages, stage } = create({ options: { width: 1 / 64, outputStride }, imageShape });
      const program: Program = {
        name: 'features',
        inputs,
        reads: Object.keys(state),
        run(parameters, { image }) {
          const settings = { training: false, batchNorm: { epsilon: 1e-3, momentum: 0.05 } };
          const context = forwardContext(parameters, settings);
          return { outputs: { y: stages.reduce((x, _, i) => stage(context, i, x), image!) } };
        },
      };
      const y = (await runProgram('onnx', program, { state, inputs })).outputs['y']!;
      return {
        ...y,
        at: (row: number, column: number) => y.data[(row * y.shape[2]! + column) * y.shape[3]!]!,
      };
    };
    const fine = await features(8);
    expect(fine.shape).toEqual([1, 9, 5, 32]);
    for (const [stride, height, width] of [
      [32, 3, 2],
      [16, 5, 3],
    ] as const) {
      const coarse = await features(stride);
      expect(coarse.shape).toEqual([1, height, width, 32]);
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const [found, expected] = [
            coarse.at(row, column),
            fine.at((row * stride) / 8, (column * stride) / 8),
          ];
          expect(Math.abs(found - expected)).toBeLessThan(1e-4 * (1 + Math.abs(expected)));
        }
      }
    }
    expect(new Set(fine.data).size).toBeGreaterThan(100);
  });

  it.each<[Prediction, number, number[]]>([
    ['image', 32, [2, 3]],
    ['pixels', 16, [2, 2, 1, 3]],
    ['pixels', 8, [2, 3, 2, 3]],
  ])(
    'computes a prediction per %s at output stride %i as the oracle does',
    async (predicts, stride, shape) => {
      const imageShape: ImageShape = [18, 13, 3];
      const options = { width: 1 / 64, hidden: 64, outputStride: stride };
      const backbone = create({ options, imageShape, outputs: 3, predicts });
      expect(await expectStagesLikeOracle(backbone, imageShape)).toEqual(shape);
    },
  );
});
