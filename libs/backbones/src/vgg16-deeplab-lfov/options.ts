import { z } from 'zod';

/** Options of `vgg16-deeplab-lfov`. */
export const vgg16DeeplabLfovOptions = z.strictObject({
  /** Factor of all channel counts, e.g. 0.25 for a network a sixteenth the size. */
  width: z.number().gt(0).max(4).default(1),
  /**
   * Where features can be fused: after every convolution, 13 stages as in MTL-NAS (CVPR 2020), or after every block of
   * convolutions and its pool, 5 stages as in NDDR-CNN (CVPR 2019). The parameters are the same.
   */
  fuseAfter: z.enum(['convolution', 'block']).default('convolution'),
});

export type Vgg16DeeplabLfovOptions = z.output<typeof vgg16DeeplabLfovOptions>;
