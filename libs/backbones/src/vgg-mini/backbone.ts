import { TaskweaveError } from '@taskweave/common';
import { tf } from '@taskweave/engine';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import { classificationHead } from '../heads/classification.js';
import { pixelMapHead } from '../heads/pixel-map.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import { stagedBackbone, type Stage } from '../staged-backbone.js';
import { vggMiniOptions, type VggMiniOptions } from './options.js';

/** One stage per 3x3 convolution, named conv<block>_<number> as in VGG. */
function makeStages(
  task: string,
  blocks: readonly (readonly number[])[],
  [imageHeight, imageWidth, imageChannels]: ImageShape,
): Stage[] {
  let inputs = imageChannels;
  return blocks.flatMap((counts, block) =>
    counts.map((channels, position): Stage => {
      const name = `conv${block + 1}_${position + 1}`;
      const height = Math.floor(imageHeight / 2 ** block);
      const width = Math.floor(imageWidth / 2 ** block);
      const shape = { kernel: 3, inputs, outputs: channels, group: 'backbone' } as const;
      inputs = channels;
      const pools = block > 0 && position === 0;
      return {
        declaration: { name, channels, height, width, block },
        parameters: declareConvolution(`${task}/${name}`, shape),
        macs: 9 * shape.inputs * channels * height * width,
        apply: (context, x) =>
          convolution(context, `${task}/${name}`, pools ? tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid') : x),
      };
    }),
  );
}

/**
 * A VGG of a few narrow 3x3 convolutions, small enough to search on two cores. Predictions per pixel come at the size of
 * the last block, e.g. 16x16 for images of 64x64 and three blocks.
 */
export const vggMini: BackboneDefinition<VggMiniOptions> = {
  id: 'vgg-mini',
  options: vggMiniOptions,
  create({ task, options, imageShape, outputs, predicts = 'image' }) {
    const stages = makeStages(task, options.channels, imageShape);
    const last = stages.at(-1)!.declaration;
    if (last.height < 2 || last.width < 2) throw tooManyBlocks(task, options.channels.length, imageShape);
    const makeHead = predicts === 'image' ? classificationHead : pixelMapHead;
    return stagedBackbone(task, stages, makeHead(`${task}/head`, last, options.hidden, outputs));
  },
};

function tooManyBlocks(task: string, blocks: number, [height, width]: ImageShape): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'The backbone has more blocks than the image can be halved.',
    subject: `the backbone of task "${task}"`,
    found: `${blocks} blocks for images of ${height}x${width}`,
    expected: `at most ${Math.floor(Math.log2(Math.min(height, width)))} blocks`,
    action: 'Take blocks out of backbone.options.channels.',
  });
}
