import { TaskweaveError } from '@taskweave/common';
import type { DataSetDefinition } from './data-set.js';
import { imageFolder } from './image-folder/index.js';
import { multiMnist } from './multi-mnist/index.js';
import { nyuv2 } from './nyuv2/index.js';
import { planted } from './planted/index.js';
import { roomScenes } from './room-scenes/index.js';
import { taskonomy } from './taskonomy/index.js';

/** Every data set, the default first. */
export const DATA_SETS: readonly DataSetDefinition[] = [
  multiMnist,
  roomScenes,
  planted,
  nyuv2,
  taskonomy,
  imageFolder,
];

/** @throws TaskweaveError `CONFIG_INVALID` listing the data sets there are */
export function findDataSet(id: string): DataSetDefinition {
  const found = DATA_SETS.find((definition) => definition.id === id);
  if (found !== undefined) return found;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'There is no data set of this id.',
    subject: 'data.set',
    found: id,
    expected: DATA_SETS.map((definition) => definition.id).join(', '),
  });
}
