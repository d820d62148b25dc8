import { TaskweaveError } from '@taskweave/common';
import { tf, withScope } from '@taskweave/engine';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import { largeFovHead } from '../heads/large-fov.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import { scaledChannels } from '../layers/scaled-channels.js';
import { vgg16DeeplabLfovOptions, type Vgg16DeeplabLfovOptions } from './options.js';
import { HALVINGS, vggStages } from './stages.js';

/** Width of the head's hidden layers. */
const HIDDEN = 1024;

/**
 * VGG-16 in the form of DeepLab-LargeFOV (Chen et al., ICLR 2015) with 13 stages, one per convolution, as MTL-NAS
 * (CVPR 2020) searches it, or 5, one per block, as NDDR-CNN (CVPR 2019) fuses it. Fusion comes before a block's pool in
 * the one and after it in the other. Output stride 8; a task of one answer per image gets the mean of the head's map.
 */
export const vgg16DeeplabLfov: BackboneDefinition<Vgg16DeeplabLfovOptions> = {
  id: 'vgg16-deeplab-lfov',
  options: vgg16DeeplabLfovOptions,
  create({ task, options, imageShape, outputs, predicts = 'image' }) {
    const stages = vggStages(options, imageShape);
    const last = stages.at(-1)!;
    if (last.declaration.height < 1 || last.declaration.width < 1) throw imageTooSmall(task, imageShape);
    const layers = stages.flatMap((stage) => stage.layers);
    const head = largeFovHead(`${task}/head`, last.declaration, {
      hidden: scaledChannels(HIDDEN, options.width),
      outputs,
      pools: last.poolAfter === undefined,
    });
    return {
      stages: stages.map(({ declaration }) => declaration),
      parameters: [
        ...layers.flatMap(({ name, inputs, channels }) =>
          declareConvolution(`${task}/${name}`, {
            kernel: 3,
            inputs,
            outputs: channels,
            group: 'backbone',
          }),
        ),
        ...head.parameters,
      ],
      macs: layers.reduce((sum, { inputs, channels, area }) => sum + 9 * inputs * channels * area, head.macs),
      headMacs: head.macs,
      stage(context, index, x) {
        const { declaration, poolBefore, layers: own, poolAfter } = stages[index]!;
        return withScope(`${task}/${declaration.name}`, () => {
          const features = own.reduce(
            (input, { name, dilation }) => convolution(context, `${task}/${name}`, input, dilation),
            poolBefore?.(x) ?? x,
          );
          return poolAfter?.(features) ?? features;
        });
      },
      head: (context, features) =>
        withScope(`${task}/head`, () => {
          const map = head.apply(context, features);
          return predicts === 'pixels' ? map : tf.mean(map, [1, 2]);
        }),
    };
  },
};

function imageTooSmall(task: string, [height, width]: ImageShape): TaskweaveError {
  const least = 2 ** HALVINGS;
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The images are too small for the backbone.',
    subject: `the backbone of task "${task}"`,
    found: `images of ${height}x${width}`,
    expected: `at least ${least}x${least}`,
    action: 'Use larger images, or a backbone with fewer blocks.',
  });
}
