import type { Json } from '@taskweave/common';
import { z } from 'zod';
import { identifier } from '../run-spec.js';

/** A part of a search spec, laid over what the sweep starts from. */
const tree = z.record(z.string(), z.custom<Json>());

const field = z
  .string()
  .min(1)
  .meta({ expected: 'the path of a field, such as optimizer.learningRate or tasks[1].lossWeight' });

/** One thing that varies: named variants of any fields, or the values of one field. */
const axis = z.strictObject({
  /** For messages; the last part of `field` unless given. */
  name: identifier.optional(),
  /** Variants by name, each a part of a spec. */
  variants: z.record(z.string(), tree).optional(),
  /** Path of a field, as in `--set`. */
  field: field.optional(),
  /** What that field is set to. */
  values: z.array(z.custom<Json>()).min(1).optional(),
});

/** The schema of a sweep file. */
export const sweepSchema = z.strictObject({
  /** Name of the sweep's folder; that of the file unless given. */
  name: identifier.optional(),
  /** Preset that all runs start from; the default preset unless given. */
  preset: z.string().optional(),
  /** Config file that all runs start from, laid over the preset; its path is relative to the sweep file. */
  config: z.string().min(1).optional(),
  /** Fields that all runs share, laid over preset and config. */
  spec: tree.default({}),
  /** Every combination of one variant of each axis is run. */
  axes: z.array(axis).default([]),
  /** Every combination is run with each of these. */
  seeds: z.array(z.int().min(0).max(0xffffffff)).min(1),
  /** The variant that the others are compared with; the first unless given. */
  baseline: z.string().optional(),
});

export type SweepFile = z.output<typeof sweepSchema>;
export type SweepFileAxis = SweepFile['axes'][number];
