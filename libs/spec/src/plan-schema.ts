import { z } from 'zod';
import { METHODS } from './method.js';
import { TASK_KIND_IDS } from './task-declaration.js';

/** Largest height, width, number of channels or of outputs: far beyond any network, far below what exhausts arithmetic. */
const MOST = 1_048_576;

const extent = z.int().min(1).max(MOST);
const name = z.string().min(1).max(255);

const stage = z.looseObject({
  name,
  channels: extent,
  height: extent,
  width: extent,
  block: z.int().min(0).max(MOST),
});

/**
 * What a plan holds beside its spec. It says what may be read without a second look; whether its parts fit together shows when
 * networks are built of them.
 */
export const planSchema = z.looseObject({
  method: z.enum(METHODS),
  networks: z.array(z.looseObject({ task: name, stages: z.array(stage).max(10_000) })),
  tasks: z.array(
    z.looseObject({
      id: name,
      kind: z.enum(TASK_KIND_IDS),
      outputs: extent,
      classes: z.array(z.string()).optional(),
    }),
  ),
  imageShape: z.tuple([extent, extent, extent]),
});
