import { z } from 'zod';

/** Options of `vgg16-deeplab-lfov`. */
export const vgg16DeeplabLfovOptions = z.strictObject({
  /** Factor of all channel counts, e.g. 0.25 for a network a sixteenth the size. */
  width: z.number().gt(0).max(4).default(1),
});

export type Vgg16DeeplabLfovOptions = z.output<typeof vgg16DeeplabLfovOptions>;
