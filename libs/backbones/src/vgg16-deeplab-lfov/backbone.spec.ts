import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import type { Program } from '@taskweave/engine';
import { normal, runProgram } from '@taskweave/engine/testing';
import { candidateEdges } from '@taskweave/search-space';
import type { Backbone, ImageShape, Prediction } from '../backbone.js';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { expectStagesLikeOracle } from '../testing.js';
import { vgg16DeeplabLfov } from './backbone.js';

function create({
  width = 1,
  imageShape = [321, 321, 3] as ImageShape,
  outputs = 40,
  predicts = 'pixels' as Prediction,
  fuseAfter = 'convolution' as 'convolution' | 'block',
} = {}): Backbone {
  const options = vgg16DeeplabLfov.options.parse({ width, fuseAfter });
  return vgg16DeeplabLfov.create({ task: 'rooms', options, imageShape, outputs, predicts });
}

const trunk = ({ parameters }: Backbone) =>
  parameters.filter(({ group, trainable }) => group === 'backbone' && trainable);
const count = (parameters: readonly { shape: readonly number[] }[]) =>
  parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);

describe('vgg16-deeplab-lfov', () => {
  it('has 13 stages in 5 blocks, of the published sizes', () => {
    const { stages } = create();
    expect(stages.map(({ name }) => name).join(' ')).toBe(
      'conv1_1 conv1_2 conv2_1 conv2_2 conv3_1 conv3_2 conv3_3 conv4_1 conv4_2 conv4_3 conv5_1 conv5_2 conv5_3',
    );
    expect(stages.map(({ block }) => block)).toEqual([0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    expect(stages.map(({ height }) => height)).toEqual([
      321, 321, 160, 160, 80, 80, 80, 40, 40, 40, 40, 40, 40,
    ]);
    const photo = create({ imageShape: [480, 640, 3] }).stages;
    expect([photo[2], photo[12]]).toMatchObject([
      { height: 240, width: 320, channels: 128 },
      { height: 60, width: 80, channels: 512 },
    ]);
  });

  it('has the published parameters and cost', () => {
    const backbone = create();
    expect(count(trunk(backbone))).toBe(14_718_912);
    expect(count(backbone.parameters.filter(({ trainable }) => trainable))).toBe(20_531_176);
    expect(backbone.macs / 1e9).toBeCloseTo(39.838 + 9.293, 2);
    expect(create({ imageShape: [480, 640, 3] }).macs / 1e9).toBeCloseTo(119.439 + 27.879, 2);
  });

  it('can be made narrower throughout', () => {
    const { stages, parameters } = create({ width: 0.25 });
    expect(stages.map(({ channels }) => channels)).toEqual([
      16, 16, 32, 32, 64, 64, 64, 128, 128, 128, 128, 128, 128,
    ]);
    expect(parameters.find(({ name }) => name === 'rooms/head/classifier/weight')?.shape).toEqual([
      1, 1, 256, 40,
    ]);
  });

  it('refuses images smaller than its output stride', () => {
    expect(create({ imageShape: [8, 8, 3] }).stages.at(-1)).toMatchObject({ height: 1, width: 1 });
    expect(() => create({ imageShape: [8, 7, 3] })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', found: 'images of 8x7', expected: 'at least 8x8' }),
    );
  });

  it.each([{ width: 0 }, { width: 5 }, { depth: 16 }, { fuseAfter: 'pool' }])(
    'refuses the options %j',
    (options) => {
      expect(vgg16DeeplabLfov.options.safeParse(options).success).toBe(false);
    },
  );

  it.each<[Prediction, number[]]>([
    ['pixels', [2, 2, 1, 3]],
    ['image', [2, 3]],
  ])('computes stages and a prediction per %s as the oracle does', async (predicts, shape) => {
    const imageShape: ImageShape = [17, 14, 3];
    const backbone = create({ width: 1 / 32, imageShape, outputs: 3, predicts });
    expect(await expectStagesLikeOracle(backbone, imageShape)).toEqual(shape);
  });
});

describe('vgg16-deeplab-lfov with fusion after blocks', () => {
  const blocks = (imageShape: ImageShape) => create({ imageShape, fuseAfter: 'block' });

  it('has 5 stages that end after their pools', () => {
    expect(blocks([321, 321, 3]).stages).toEqual(
      [
        [64, 160],
        [128, 80],
        [256, 40],
        [512, 40],
        [512, 40],
      ].map(([channels, size], block) => ({
        name: `block${block + 1}`,
        channels,
        height: size,
        width: size,
        block,
      })),
    );
  });

  it('has the parameters and the cost of the 13 stages', () => {
    for (const imageShape of [
      [321, 321, 3],
      [480, 640, 3],
    ] as const) {
      const [grouped, single] = [blocks(imageShape), create({ imageShape })];
      expect(grouped.macs).toBe(single.macs);
      expect(grouped.parameters).toEqual(single.parameters);
    }
  });

  it.each([
    ['NDDR-CNN after every block', 'block', 5, 2_447_104],
    ['NDDR-CNN after every convolution', 'convolution', 13, 7_258_624],
  ] as const)(
    '%s has the published number of fusion weights in both networks',
    (_, fuseAfter, depth, weights) => {
      const stages = create({ fuseAfter }).stages;
      const networks = ['segmentation', 'normals'].map((task) => ({ task, stages }));
      const edges = candidateEdges(networks, { depthLimit: 1 });
      expect(edges).toHaveLength(2 * depth);
      // Of a fusion node: the own feature's C x C weights, scale and shift; of an edge: C x C more.
      const own = stages.reduce((sum, { channels }) => sum + channels ** 2 + 2 * channels, 0);
      expect(edges.reduce((sum, { params }) => sum + params, 2 * own)).toBe(weights);
    },
  );

  it('computes the function of the 13 stages', async () => {
    const imageShape: ImageShape = [17, 14, 3];
    const predict = async (fuseAfter: 'convolution' | 'block') => {
      const backbone = create({ width: 1 / 32, imageShape, outputs: 3, fuseAfter });
      const state = initialValues(backbone.parameters, 1);
      const inputs = { image: normal('image', [2, ...imageShape]) };
      const program: Program = {
        name: 'forward',
        inputs,
        reads: Object.keys(state),
        run(parameters, { image }) {
          const settings = { training: true, batchNorm: { epsilon: 1e-3, momentum: 0.05 } };
          const context = forwardContext(parameters, settings);
          const features = backbone.stages.reduce((x, _, i) => backbone.stage(context, i, x), image!);
          return { outputs: { prediction: backbone.head(context, features) } };
        },
      };
      return (await runProgram('onnx', program, { state, inputs })).outputs['prediction']!;
    };
    expect(await predict('block')).toEqual(await predict('convolution'));
    const grouped = create({ width: 1 / 32, imageShape, outputs: 3, fuseAfter: 'block' });
    expect(await expectStagesLikeOracle(grouped, imageShape)).toEqual([2, 2, 1, 3]);
  });
});
