import { z } from 'zod';

/** Side of a digit in pixels. */
export const DIGIT_SIDE = 28;
/** Pairs of digits in each part. */
export const PAIRS = { train: 50_000, validation: 10_000, test: 10_000 } as const;

/** Options of `multi-mnist`. The limits keep only the first pairs of a part, for quick runs. */
export const multiMnistOptions = z.strictObject({
  /** How many pixels the right digit lies below and to the right of the left one; the image's side is 28 + shift. */
  shift: z.int().min(0).max(DIGIT_SIDE).default(8),
  trainLimit: z.int().min(2).max(PAIRS.train).optional(),
  validationLimit: z.int().min(1).max(PAIRS.validation).optional(),
  testLimit: z.int().min(1).max(PAIRS.test).optional(),
});

export type MultiMnistOptions = z.output<typeof multiMnistOptions>;
