import { TaskweaveError } from '@taskweave/common';
import { tf, withScope } from '@taskweave/engine';
import type { StageDeclaration } from '@taskweave/search-space';
import type { BackboneDefinition, ImageShape } from '../backbone.js';
import { largeFovHead } from '../heads/large-fov.js';
import { convolution, declareConvolution } from '../layers/convolution.js';
import { halvingPool, smoothingPool } from '../layers/pool.js';
import { vgg16DeeplabLfovOptions, type Vgg16DeeplabLfovOptions } from './options.js';

/** Convolutions and their channels, block by block. */
const BLOCKS = [
  { convolutions: 2, channels: 64 },
  { convolutions: 2, channels: 128 },
  { convolutions: 3, channels: 256 },
  { convolutions: 3, channels: 512 },
  { convolutions: 3, channels: 512 },
] as const;
/** The last block keeps the size of the one before and spreads its kernels in place of that. */
const DILATED_BLOCK = BLOCKS.length - 1;
const DILATION = 2;
/** Width of the head's hidden layers. */
const HIDDEN = 1024;
/** How often the size is halved. */
const HALVINGS = DILATED_BLOCK - 1;

function declareStages(width: number, [imageHeight, imageWidth]: ImageShape): StageDeclaration[] {
  return BLOCKS.flatMap(({ convolutions, channels }, block) => {
    const shrink = 2 ** Math.min(block, HALVINGS);
    return Array.from({ length: convolutions }, (_, position) => ({
      name: `conv${block + 1}_${position + 1}`,
      channels: scaled(channels, width),
      height: Math.floor(imageHeight / shrink),
      width: Math.floor(imageWidth / shrink),
      block,
    }));
  });
}

function scaled(channels: number, width: number): number {
  return Math.max(1, Math.round(channels * width));
}

/**
 * VGG-16 in the form of DeepLab-LargeFOV (Chen et al., ICLR 2015) with 13 stages, one per convolution, as MTL-NAS
 * (CVPR 2020) searches it. Fusion comes before a block's pool. Output stride 8; a task of one answer per image gets
 * the mean of the head's map.
 */
export const vgg16DeeplabLfov: BackboneDefinition<Vgg16DeeplabLfovOptions> = {
  id: 'vgg16-deeplab-lfov',
  options: vgg16DeeplabLfovOptions,
  create({ task, options, imageShape, outputs, predicts = 'image' }) {
    const stages = declareStages(options.width, imageShape);
    const last = stages.at(-1)!;
    if (last.height < 1 || last.width < 1) throw imageTooSmall(task, imageShape);
    const inputs = (index: number): number => stages[index - 1]?.channels ?? imageShape[2];
    const prefix = (index: number): string => `${task}/${stages[index]!.name}`;
    const head = largeFovHead(`${task}/head`, last, { hidden: scaled(HIDDEN, options.width), outputs });
    return {
      stages,
      parameters: [
        ...stages.flatMap(({ channels }, i) =>
          declareConvolution(prefix(i), {
            kernel: 3,
            inputs: inputs(i),
            outputs: channels,
            group: 'backbone',
          }),
        ),
        ...head.parameters,
      ],
      macs: stages.reduce((sum, s, i) => sum + 9 * inputs(i) * s.channels * s.height * s.width, head.macs),
      stage: (context, index, x) =>
        withScope(prefix(index), () => {
          const { block } = stages[index]!;
          const opensBlock = index > 0 && block !== stages[index - 1]!.block;
          const pool = block === DILATED_BLOCK ? smoothingPool : halvingPool;
          const input = opensBlock ? pool(x) : x;
          return convolution(context, prefix(index), input, block === DILATED_BLOCK ? DILATION : 1);
        }),
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
