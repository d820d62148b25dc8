import { z } from 'zod';
import type { Augmentation } from './augmentation.js';

/** Height and width in pixels. */
export const size = z.tuple([z.int().min(1).max(16_384), z.int().min(1).max(16_384)]);

/** Defaults of {@link augmentOptions}; `crop` says whether there is one. */
type Defaults = Omit<Augmentation, 'crop' | 'mirrorNormals'> & { readonly crop: boolean };

/** The part of a data set's options that says how training examples are augmented; see `Augmentation`. */
export function augmentOptions(defaults: Defaults) {
  return z
    .strictObject({
      /** Largest turn of the hue, as a share of the colour circle; 0: none. */
      hue: z.number().min(0).max(0.5).default(defaults.hue),
      /** Largest change of the saturation, as a share of it; 0: none. */
      saturation: z.number().min(0).max(1).default(defaults.saturation),
      /** Smallest and largest factor of the size; [1, 1]: none. */
      scale: z
        .tuple([z.number().min(0.05).max(20), z.number().min(0.05).max(20)])
        .refine(([least, most]) => least <= most, 'the smallest factor comes first')
        .default([...defaults.scale] as [number, number]),
      /** Whether half of the examples are mirrored. */
      mirror: z.boolean().default(defaults.mirror),
      /** Whether mirroring negates the x component of normals. False only repeats a fault of published code. */
      mirrorNormals: z.boolean().default(true),
      /** Whether a random part of `outputSize` is cut out. */
      crop: z.boolean().default(defaults.crop),
    })
    .refine(({ crop, scale }) => crop || (scale[0] === 1 && scale[1] === 1), {
      message: 'scaled images are of many sizes, and share a batch only with crop: true',
    })
    .prefault({});
}

/** The augmentation that options ask for. */
export function augmentationOf(
  { crop, ...rest }: z.output<ReturnType<typeof augmentOptions>>,
  outputSize: readonly [number, number],
): Augmentation {
  return { ...rest, crop: crop && outputSize };
}
