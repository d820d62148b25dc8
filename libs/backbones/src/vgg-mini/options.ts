import { z } from 'zod';

const block = z.array(z.int().min(1).max(1024)).min(1);

/** Options of `vgg-mini`. */
export const vggMiniOptions = z.strictObject({
  /** Channels of every stage, grouped by resolution block; each block after the first begins with a 2x2 max pool. */
  channels: z
    .array(block)
    .min(1)
    .max(8)
    .default([[8], [16, 16], [32, 32]]),
  /** Width of the head's hidden layer: dense for one answer per image, a 3x3 convolution for one per pixel. */
  hidden: z.int().min(1).max(4096).default(64),
});

export type VggMiniOptions = z.output<typeof vggMiniOptions>;
