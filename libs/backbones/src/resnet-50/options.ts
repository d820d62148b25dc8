import { z } from 'zod';

/** Options of `resnet-50`. */
export const resnet50Options = z.strictObject({
  /** Factor of all channel counts, e.g. 0.25 for a network a sixteenth the size. */
  width: z.number().gt(0).max(4).default(1),
  /**
   * How many pixels of the image one cell of the last stage stands for. At 16 the last block, at 8 the last two keep the
   * size of the block before and spread their kernels instead. Default: 32 for one answer per image, 8 for one per
   * pixel. Tasks that share features within a block need the same.
   */
  outputStride: z.literal([8, 16, 32]).optional(),
  /** Channels of the hidden layer of the head for one answer per pixel, before `width`. */
  hidden: z.int().min(1).max(4096).default(512),
});

export type Resnet50Options = z.output<typeof resnet50Options>;
