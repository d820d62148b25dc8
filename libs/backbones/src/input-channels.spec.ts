import fc from 'fast-check';
import { expect, it } from 'vitest';
import { float32, type Program } from '@taskweave/engine';
import { normal, runProgram } from '@taskweave/engine/testing';
import type { Backbone, ImageShape } from './backbone.js';
import { forwardContext } from './forward-context.js';
import { selectChannels } from './input-channels.js';
import { initialValues } from './parameters.js';
import { expectStagesLikeOracle } from './testing.js';
import { vggMini } from './vgg-mini/backbone.js';

const CHANNELS = 5;
const [HEIGHT, WIDTH] = [6, 5];
const options = vggMini.options.parse({ channels: [[3, 2]], hidden: 4 });

function createFor(channels: number): Backbone {
  const imageShape: ImageShape = [HEIGHT, WIDTH, channels];
  return vggMini.create({ task: 'left', options, imageShape, outputs: 3 });
}

/** The prediction for two images of noise, of which the backbone is given those channels. */
async function predict(backbone: Backbone, engine: 'onnx' | 'cpu', channels?: readonly number[]) {
  const whole = normal('image', [2, HEIGHT, WIDTH, CHANNELS]);
  const image =
    channels === undefined
      ? whole
      : float32(
          [2, HEIGHT, WIDTH, channels.length],
          Float32Array.from({ length: 2 * HEIGHT * WIDTH * channels.length }, (_, i) => {
            const pixel = Math.floor(i / channels.length);
            return whole.data[pixel * CHANNELS + channels[i % channels.length]!]!;
          }),
        );
  const state = initialValues(backbone.parameters, 1);
  const inputs = { image };
  const program: Program = {
    name: 'forward',
    inputs,
    reads: Object.keys(state),
    run(parameters, given) {
      const settings = { training: true, batchNorm: { epsilon: 1e-3, momentum: 0.05 } };
      const context = forwardContext(parameters, settings);
      const features = backbone.stages.reduce((x, _, i) => backbone.stage(context, i, x), given['image']!);
      return { outputs: { prediction: backbone.head(context, features) }, state: context.statistics };
    },
  };
  const { outputs } = await runProgram(engine, program, { state, inputs });
  return outputs['prediction']!.data;
}

const someChannels = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 1 });

it.each(['onnx', 'cpu'] as const)('gives a backbone just the channels it names, on %s', async (engine) => {
  await fc.assert(
    fc.asyncProperty(someChannels, async (channels) => {
      const alone = createFor(channels.length);
      const selecting = selectChannels(alone, 'left', channels);
      expect(await predict(selecting, engine)).toEqual(await predict(alone, engine, channels));
    }),
    { numRuns: 12 },
  );
});

it('leaves stages, parameters and costs those of a backbone for so many channels', async () => {
  const alone = createFor(2);
  const { stages, parameters, macs, headMacs } = selectChannels(alone, 'left', [4, 0]);
  expect({ stages, parameters, macs, headMacs }).toEqual({
    stages: alone.stages,
    parameters: alone.parameters,
    macs: alone.macs,
    headMacs: alone.headMacs,
  });
  expect(parameters[0]).toMatchObject({ name: 'left/conv1_1/weight', shape: [3, 3, 2, 3] });
  expect(createFor(5).macs - macs).toBe(9 * 3 * 3 * HEIGHT * WIDTH);
});

it('is like the oracle stage by stage', async () => {
  const backbone = selectChannels(createFor(3), 'left', [1, 2, 4]);
  expect(await expectStagesLikeOracle(backbone, [HEIGHT, WIDTH, CHANNELS])).toEqual([2, 3]);
});
