import { z } from 'zod';
import { augmentOptions, size } from '../image-files/augment/options.js';
import { root, workers } from '../image-files/common-options.js';

/** Options of `nyuv2`. */
export const nyuv2Options = z.strictObject({
  /** Where the lists and images are; relative to the folder that Taskweave is started in. */
  root: root.default('datasets/nyu_v2'),
  /** How the normals are stored; see `NormalEncoding`. `raw-u8` compares with published code. */
  normals: z.enum(['shifted-u8', 'raw-u8', 'unit-float']).default('shifted-u8'),
  /** Share of the training list that is kept for validation, so that the test list is for the test alone. */
  validationShare: z.number().gt(0).lt(1).default(0.1),
  /** Which examples those are follows from this, and from nothing else of the run. */
  validationSeed: z.int().min(0).max(0xffffffff).default(0),
  /** Height and width of training images. */
  outputSize: size.default([321, 321]),
  augment: augmentOptions({ hue: 0.05, saturation: 0.05, scale: [0.5, 1.5], mirror: true, crop: true }),
  workers,
});

export type Nyuv2Options = z.output<typeof nyuv2Options>;
