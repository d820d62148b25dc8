import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { tf, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, normal, runProgram } from '@taskweave/engine/testing';
import type { ImageShape } from '../backbone.js';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { expectStagesLikeOracle } from '../testing.js';
import { vggMini } from './backbone.js';

function create(options: object = {}, imageShape: ImageShape = [36, 36, 1]) {
  return vggMini.create({ task: 'left', options: vggMini.options.parse(options), imageShape, outputs: 10 });
}

describe('vgg-mini', () => {
  it('declares a stage for each convolution, halving the size before every block but the first', () => {
    expect(create().stages).toEqual([
      { name: 'conv1_1', channels: 8, height: 36, width: 36, block: 0 },
      { name: 'conv2_1', channels: 16, height: 18, width: 18, block: 1 },
      { name: 'conv2_2', channels: 16, height: 18, width: 18, block: 1 },
      { name: 'conv3_1', channels: 32, height: 9, width: 9, block: 2 },
      { name: 'conv3_2', channels: 32, height: 9, width: 9, block: 2 },
    ]);
    const odd = create({ channels: [[4], [4], [4]] }, [13, 10, 3]).stages;
    expect(odd.map(({ height, width }) => [height, width])).toEqual([
      [13, 10],
      [6, 5],
      [3, 2],
    ]);
  });

  it('declares parameters with unique names, of the shapes of its layers', () => {
    const { parameters } = create({ channels: [[4], [6]], hidden: 5 }, [8, 8, 3]);
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    const weights = parameters.filter(({ shape }) => shape.length > 1);
    expect(weights.map(({ name, shape, group }) => [name, shape, group])).toEqual([
      ['left/conv1_1/weight', [3, 3, 3, 4], 'backbone'],
      ['left/conv2_1/weight', [3, 3, 4, 6], 'backbone'],
      ['left/head/hidden/weight', [2 * 2 * 6, 5], 'head'],
      ['left/head/classifier/weight', [5, 10], 'classifier-weight'],
    ]);
    const statistics = parameters.filter(({ trainable }) => !trainable).map(({ name }) => name);
    expect(statistics).toEqual(
      ['conv1_1', 'conv2_1', 'head/hidden'].flatMap((layer) =>
        ['mean', 'variance'].map((name) => `left/${layer}/bn/${name}`),
      ),
    );
  });

  it('counts multiply-accumulates of convolutions and dense layers', () => {
    expect(create({ channels: [[4], [6]], hidden: 5 }, [8, 8, 3]).macs).toBe(
      9 * 3 * 4 * 8 * 8 + 9 * 4 * 6 * 4 * 4 + 24 * 5 + 5 * 10,
    );
  });

  it('refuses more blocks than the image can be halved', () => {
    const blocks = (count: number) => ({ channels: Array.from({ length: count }, () => [4]) });
    expect(create(blocks(5)).stages).toHaveLength(5);
    expect(() => create(blocks(6))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: 'the backbone of task "left"',
        found: '6 blocks for images of 36x36',
        expected: 'at most 5 blocks',
      }),
    );
  });

  it.each<ImageShape>([
    [6, 36, 1],
    [36, 6, 1],
  ])('goes by the shorter side of images of %ix%i', (...imageShape) => {
    const channels = [[4], [4], [4]];
    expect(create({ channels: channels.slice(1) }, imageShape).stages).toHaveLength(2);
    expect(() => create({ channels }, imageShape)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', expected: 'at most 2 blocks' }),
    );
  });

  it('has a dense head for predictions per pixel, at the size of the last block', async () => {
    const imageShape: ImageShape = [13, 10, 3];
    const backbone = vggMini.create({
      task: 'depth',
      options: vggMini.options.parse({ channels: [[4], [5, 6]], hidden: 7 }),
      imageShape,
      outputs: 2,
      predicts: 'pixels',
    });
    const head = backbone.parameters.filter(({ name }) => name.startsWith('depth/head/'));
    expect(
      head.filter(({ trainable }) => trainable).map(({ name, shape, group }) => [name, shape, group]),
    ).toEqual([
      ['depth/head/hidden/weight', [3, 3, 6, 7], 'head'],
      ['depth/head/hidden/bn/gamma', [7], 'head'],
      ['depth/head/hidden/bn/beta', [7], 'head'],
      ['depth/head/classifier/weight', [1, 1, 7, 2], 'classifier-weight'],
      ['depth/head/classifier/bias', [2], 'classifier-bias'],
    ]);
    const trunk = 9 * (3 * 4 * 13 * 10 + (4 * 5 + 5 * 6) * 6 * 5);
    expect(backbone.macs).toBe(trunk + (9 * 6 * 7 + 7 * 2) * 6 * 5);
    expect(await expectStagesLikeOracle(backbone, imageShape)).toEqual([2, 6, 5, 2]);
  });

  it.each([
    ['no blocks', { channels: [] }],
    ['an empty block', { channels: [[8], []] }],
    ['channels that are no whole number', { channels: [[2.5]] }],
    ['unknown options', { depth: 3 }],
  ])('refuses %s', (_, options) => {
    expect(vggMini.options.safeParse(options).success).toBe(false);
  });
});

describe.each(TESTED_ENGINES)('vgg-mini on %s', (engine) => {
  it.each([true, false])(
    'gives features and logits of the declared shapes (training: %s)',
    async (training) => {
      const imageShape: ImageShape = [13, 10, 3];
      const backbone = create({ channels: [[4], [5, 6]], hidden: 7 }, imageShape);
      const state = initialValues(backbone.parameters, 1);
      const inputs = { image: normal('image', [2, ...imageShape]) };
      const program: Program = {
        name: 'forward',
        inputs,
        reads: Object.keys(state),
        run(parameters, { image }) {
          const context = forwardContext(parameters, {
            training,
            batchNorm: { epsilon: 1e-3, momentum: 0.05 },
          });
          const outputs: Record<string, tf.Tensor> = {};
          let x = image!;
          backbone.stages.forEach(
            ({ name }, index) => (outputs[name] = x = backbone.stage(context, index, x)),
          );
          return { outputs: { ...outputs, logits: backbone.head(context, x) }, state: context.statistics };
        },
      };
      const result = await runProgram(engine, program, { state, inputs });
      for (const { name, channels, height, width } of backbone.stages) {
        expect(result.outputs[name]!.shape, name).toEqual([2, height, width, channels]);
        expect(Math.min(...result.outputs[name]!.data), name).toBe(0);
      }
      expect(result.outputs['logits']!.shape).toEqual([2, 10]);
      const changed = Object.keys(state).filter(
        (name) => state[name]!.data.join() !== result.state[name]!.data.join(),
      );
      const statistics = backbone.parameters.filter(({ trainable }) => !trainable).map(({ name }) => name);
      expect(changed).toEqual(training ? statistics : []);
    },
  );
});

it('vgg-mini with its default options has as many trainable numbers as its layers', () => {
  const count = create()
    .parameters.filter(({ trainable }) => trainable)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
  expect(count).toBe(51_106);
});
