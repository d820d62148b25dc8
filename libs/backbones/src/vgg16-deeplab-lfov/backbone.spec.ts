import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { tf, type Program } from '@taskweave/engine';
import { expectEqualEngines, normal } from '@taskweave/engine/testing';
import type { Backbone, ImageShape, Prediction } from '../backbone.js';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { vgg16DeeplabLfov } from './backbone.js';

function create({
  width = 1,
  imageShape = [321, 321, 3] as ImageShape,
  outputs = 40,
  predicts = 'pixels' as Prediction,
} = {}): Backbone {
  const options = vgg16DeeplabLfov.options.parse({ width });
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

  it.each([{ width: 0 }, { width: 5 }, { depth: 16 }])('refuses the options %j', (options) => {
    expect(vgg16DeeplabLfov.options.safeParse(options).success).toBe(false);
  });

  it.each<[Prediction, number[]]>([
    ['pixels', [2, 2, 1, 3]],
    ['image', [2, 3]],
  ])('computes stages and a prediction per %s as the oracle does', async (predicts, shape) => {
    const imageShape: ImageShape = [17, 14, 3];
    const backbone = create({ width: 1 / 32, imageShape, outputs: 3, predicts });
    const state = initialValues(backbone.parameters, 1);
    const inputs = { image: normal('image', [2, ...imageShape]) };
    const program: Program = {
      name: 'forward',
      inputs,
      reads: Object.keys(state),
      run(parameters, { image }) {
        const context = forwardContext(parameters, {
          training: true,
          batchNorm: { epsilon: 1e-3, momentum: 0.05 },
        });
        const outputs: Record<string, tf.Tensor> = {};
        let x = image!;
        backbone.stages.forEach(({ name, height, width, channels }, index) => {
          outputs[name] = x = backbone.stage(context, index, x);
          expect(x.shape, name).toEqual([2, height, width, channels]);
        });
        const prediction = backbone.head(context, x);
        expect(prediction.shape).toEqual(shape);
        return { outputs: { ...outputs, prediction }, state: context.statistics };
      },
    };
    await expectEqualEngines(program, state, { inputs });
  });
});
