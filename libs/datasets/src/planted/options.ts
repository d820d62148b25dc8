import { z } from 'zod';

/** Index of the channel that a task needs beside its own, or null for none. */
const partner = z.int().min(0).max(7).nullable();

/** Options of `planted`. Image i of a part is the same whatever the partners and the sizes of the parts. */
export const plantedOptions = z.strictObject({
  /**
   * The structure that is planted: task t names the stripes of channel t and of channel `partners[t]`. There are as many
   * channels and tasks as partners. Default: each needs the next, the last the first.
   */
  partners: z
    .array(partner)
    .min(2)
    .max(8)
    .refine(
      (partners) => partners.every((one, own) => one === null || (one !== own && one < partners.length)),
      'each partner must be null or the index of another channel, below the number of partners',
    )
    .default([1, 2, 3, 0]),
  /** Directions that stripes can have: the classes of one channel. */
  directions: z.int().min(2).max(8).default(4),
  /** Standard deviation of the noise on every pixel, where stripes go from 0 to 1. */
  noise: z.number().min(0).max(4).default(0.25),
  /** Height and width of the images in pixels. */
  size: z.int().min(8).max(128).default(16),
  trainSize: z.int().min(2).max(10_000_000).default(8000),
  validationSize: z.int().min(1).max(10_000_000).default(500),
  testSize: z.int().min(1).max(10_000_000).default(1000),
});

export type PlantedOptions = z.output<typeof plantedOptions>;
