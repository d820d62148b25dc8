import { z } from 'zod';
import { augmentOptions, size } from '../image-files/augment/options.js';
import { rgb, root, workers } from '../image-files/common-options.js';

const classList = z.array(z.int().min(0).max(65_535)).min(2);

/** Options of `taskonomy`. */
export const taskonomyOptions = z.strictObject({
  root: root.default('datasets/taskonomy'),
  /** CSV below the root that says each building's part: columns `id`, `train`, `val` and `test` of 0 and 1. */
  splits: z.string().min(1).default('train_val_test.csv'),
  /** Which of the stored classes are used, by task; all by default. Shares are among those used. */
  classes: z
    .strictObject({ class_object: classList.optional(), class_scene: classList.optional() })
    .default({}),
  /** Height and width that images and labels are brought to. */
  resize: size.default([256, 256]),
  /** Height and width of the part that `augment.crop` cuts out of training images. */
  outputSize: size.default([224, 224]),
  augment: augmentOptions({ hue: 0, saturation: 0, scale: [1, 1], mirror: true, crop: false }),
  /** Subtracted from red, green and blue (0..255). */
  mean: rgb.default([127.5, 127.5, 127.5]),
  /** What the difference is divided by. */
  deviation: z
    .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
    .default([127.5, 127.5, 127.5]),
  workers,
});

export type TaskonomyOptions = z.output<typeof taskonomyOptions>;
