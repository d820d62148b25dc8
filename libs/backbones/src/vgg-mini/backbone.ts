import { TaskweaveError } from '@taskweave/common';
import { tf, withScope } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import { classificationHead } from '../heads/classification.js';
import { pixelMapHead } from '../heads/pixel-map.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import { vggMiniOptions, type VggMiniOptions } from './options.js';

/** One stage per 3x3 convolution, named conv<block>_<number> as in VGG. */
function declareStages(
  channels: readonly (readonly number[])[],
  [height, width]: ImageShape,
): StageDeclaration[] {
  return channels.flatMap((block, index) =>
    block.map((count, position) => ({
      name: `conv${index + 1}_${position + 1}`,
      channels: count,
      height: Math.floor(height / 2 ** index),
      width: Math.floor(width / 2 ** index),
      block: index,
    })),
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
    const stages = declareStages(options.channels, imageShape);
    const last = stages.at(-1)!;
    if (last.height < 2 || last.width < 2) throw tooManyBlocks(task, options.channels.length, imageShape);
    const inputs = (index: number): number => stages[index - 1]?.channels ?? imageShape[2];
    const prefix = (index: number): string => `${task}/${stages[index]!.name}`;
    const makeHead = predicts === 'image' ? classificationHead : pixelMapHead;
    const head = makeHead(`${task}/head`, last, options.hidden, outputs);
    return {
      stages,
      parameters: [
        ...stages.flatMap((stage, i) =>
          declareConvolution(prefix(i), {
            kernel: 3,
            inputs: inputs(i),
            outputs: stage.channels,
            group: 'backbone',
          }),
        ),
        ...head.parameters,
      ],
      macs: stages.reduce((sum, s, i) => sum + 9 * inputs(i) * s.channels * s.height * s.width, head.macs),
      headMacs: head.macs,
      stage: (context, index, x) =>
        withScope(prefix(index), () => {
          const opensBlock = index > 0 && stages[index]!.block !== stages[index - 1]!.block;
          const input = opensBlock ? tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid') : x;
          return convolution(context, prefix(index), input);
        }),
      head: (context, features) => withScope(`${task}/head`, () => head.apply(context, features)),
    };
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
