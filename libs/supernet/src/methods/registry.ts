import type { Method } from '@taskweave/spec';
import { crossStitch } from './cross-stitch.js';
import type { MethodDefinition } from './method.js';
import { nddr } from './nddr.js';
import { random } from './random.js';
import { search } from './search.js';
import { sharedTrunk } from './shared-trunk.js';
import { singleTask } from './single-task.js';
import { sluice } from './sluice.js';
import { supernetAll } from './supernet-all.js';

/** All methods by id. */
export const methods: Readonly<Record<Method, MethodDefinition>> = {
  search,
  'single-task': singleTask,
  'shared-trunk': sharedTrunk,
  'cross-stitch': crossStitch,
  sluice,
  nddr,
  'supernet-all': supernetAll,
  random,
};
