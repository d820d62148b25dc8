import { z } from 'zod';
import type { SpecPlugins } from './plugins.js';

const ramp = z.strictObject({
  weight: z.number().min(0).max(1000).default(10),
  period: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .refine(([begin, end]) => begin <= end, 'a period must not end before it begins')
    .default([0, 0]),
});

/** Small plug-ins with schemas of the kinds that real ones have, for tests. */
export const testPlugins: SpecPlugins = {
  strategies: {
    'mtl-nas': {
      options: z.strictObject({
        architectureOptimizer: z.enum(['adam', 'sgd']).default('adam'),
        learningRate: z.number().positive().default(1e-3),
        entropy: ramp.prefault({}),
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
      }),
    },
  },
  taskIds: (dataSet) => ({ rooms: ['depth', 'normals', 'scene'], 'multi-mnist': ['left', 'right'] })[dataSet],
};
