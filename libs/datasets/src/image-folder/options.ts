import { z } from 'zod';
import { augmentOptions, size } from '../image-files/augment/options.js';
import { rgb, root, workers } from '../image-files/common-options.js';

const share = z.number().gt(0).lt(0.5);

/** Options of `image-folder`. */
export const imageFolderOptions = z
  .strictObject({
    root,
    /** The manifest, below the root. */
    manifest: z.string().min(1).default('manifest.jsonl'),
    /** Shares of the examples that are drawn for validation and test, where the manifest says no parts. */
    validationShare: share.default(0.1),
    testShare: share.default(0.1),
    /** What they are drawn by; the run's seed has no part in it. */
    splitSeed: z.int().min(0).max(0xffffffff).default(0),
    /** Height and width that every image and label is brought to first; their own by default. */
    resize: size.optional(),
    /** Height and width of the part that `augment.crop` cuts out of training images. */
    outputSize: size.optional(),
    augment: augmentOptions({ hue: 0, saturation: 0, scale: [1, 1], mirror: false, crop: false }),
    /** Subtracted from red, green and blue (0..255). */
    mean: rgb.default([127.5, 127.5, 127.5]),
    /** What the difference is divided by. */
    deviation: z
      .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
      .default([127.5, 127.5, 127.5]),
    workers,
  })
  .refine(({ augment, outputSize }) => !augment.crop || outputSize !== undefined, {
    path: ['outputSize'],
    message: 'augment.crop needs to know the height and width of the part',
  });

export type ImageFolderOptions = z.output<typeof imageFolderOptions>;
