import { z } from 'zod';
import type { SpecPlugins } from './plugins.js';

const ramp = z.strictObject({
  enabled: z.boolean().default(true),
  weight: z.number().min(0).max(1000).default(10),
  period: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .refine(([begin, end]) => begin <= end, 'a period must not end before it begins')
    .default([0, 0]),
});
const pair = z.tuple([z.number(), z.number()]);

const TASKS: Readonly<Record<string, readonly string[]>> = {
  'multi-mnist': ['left', 'right'],
  nyuv2: ['segmentation', 'normals'],
  'room-scenes': ['segmentation', 'normals', 'depth', 'room'],
  rooms: ['depth', 'normals', 'scene'],
};

/** Small plug-ins with schemas of the kinds that real ones have, for tests. */
export const testPlugins: SpecPlugins = {
  strategies: {
    'mtl-nas': {
      options: z.strictObject({
        architectureOptimizer: z.enum(['adam', 'sgd']).default('adam'),
        learningRate: z.number().positive().default(1e-3),
        betas: pair.default([0.5, 0.999]),
        weightDecay: z.number().min(0).default(1e-3),
        temperature: z
          .strictObject({ start: z.number(), end: z.number(), period: pair, power: z.number() })
          .default({ start: 1, end: 0, period: [0, 1], power: 2 }),
        entropy: ramp.prefault({}),
        l1: ramp.prefault({ enabled: false }),
        architectureGates: z.enum(['sigmoid', 'concrete']).default('sigmoid'),
        weightGates: z.enum(['sigmoid', 'concrete']).default('concrete'),
        evaluationGates: z.enum(['onehot', 'sigmoid']).default('onehot'),
        hardEval: z.boolean().default(true),
      }),
    },
    fixed: { options: z.strictObject({ edges: z.array(z.int().min(0)).default([]) }) },
  },
  dataSets: {
    'multi-mnist': {
      options: z.strictObject({
        shift: z.int().min(0).max(28).default(8),
        trainLimit: z.int().min(2).optional(),
        validationLimit: z.int().min(1).optional(),
        testLimit: z.int().min(1).optional(),
      }),
    },
    nyuv2: { options: z.strictObject({ root: z.string().min(1) }) },
    'room-scenes': {
      options: z.strictObject({
        size: z.int().min(16).default(64),
        trainSize: z.int().min(2).default(4000),
        validationSize: z.int().min(1).default(500),
        testSize: z.int().min(1).default(500),
      }),
    },
    // Its tasks are as many as it has partners.
    planted: {
      options: z.strictObject({ partners: z.array(z.int().nullable()).default([1, 2, 3, 0]) }),
    },
    rooms: { options: z.strictObject({ relatedness: z.number().min(0).max(1).default(0.5) }) },
    // Its tasks are in its files.
    folder: { options: z.strictObject({}) },
  },
  backbones: {
    'vgg-mini': {
      options: z.strictObject({
        channels: z
          .array(z.array(z.int().min(1).max(4096)).min(1))
          .min(1)
          .default([[8], [16, 16], [32, 32]]),
        hidden: z.int().min(1).optional(),
      }),
    },
    'vgg16-deeplab-lfov': { options: z.strictObject({ width: z.number().gt(0).max(4).default(1) }) },
  },
  taskIds: (dataSet) => TASKS[dataSet],
};
