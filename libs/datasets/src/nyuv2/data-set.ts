import type { TaskDeclaration } from '@taskweave/spec';
import { TaskweaveError } from '@taskweave/common';
import { resolve } from 'node:path';
import type { DataSet } from '../data-set.js';
import { augmentationOf } from '../image-files/augment/options.js';
import { imageFilesDataSet } from '../image-files/data-set.js';
import { listedFile, readInRoot } from '../image-files/file-in-root.js';
import { parseNpy } from '../image-files/npy.js';
import { takeShare } from '../image-files/shares.js';
import { readLists } from './lists.js';
import type { Nyuv2Options } from './options.js';

const CLASSES = 40;
const MEAN_FILE = 'nyu_v2_mean.npy';

export const NYUV2_TASKS = [
  { id: 'segmentation', kind: 'segmentation', outputs: CLASSES },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
] as const satisfies readonly TaskDeclaration[];

/** @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming file and line */
export async function openNyuv2(options: Nyuv2Options): Promise<DataSet> {
  const { root, normals: encoding, validationShare, validationSeed, outputSize, workers } = options;
  const [training, test, mean] = await Promise.all([
    readLists(root, 'training'),
    readLists(root, 'testing'),
    readMean(root),
  ]);
  const { taken, left } = takeShare(training, validationShare, validationSeed, 'nyuv2/validation');
  const [segmentation, normals] = NYUV2_TASKS;
  return imageFilesDataSet({
    id: 'nyuv2',
    decoding: {
      root,
      tasks: [
        { declaration: segmentation, format: segmentation },
        { declaration: normals, format: { kind: 'surface-normals', encoding } },
      ],
      augmentation: augmentationOf(options.augment, outputSize),
      mean,
      deviation: [1, 1, 1],
    },
    parts: { train: left, validation: taken, test },
    workers,
    listedIn: {
      train: 'list/training_seg.txt',
      validation: 'list/training_seg.txt',
      test: 'list/testing_seg.txt',
    },
  });
}

/**
 * The mean colour of the training images: three numbers, red, green, blue.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID`
 */
export async function readMean(root: string): Promise<number[]> {
  const { data } = parseNpy(await readInRoot(resolve(root), listedFile(MEAN_FILE)), MEAN_FILE);
  if (data.length === 3 && data.every((value) => value >= 0 && value <= 255)) return [...data];
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'The mean colour is not valid.',
    subject: MEAN_FILE,
    found: [...data.subarray(0, 4)].join(', '),
    expected: 'three numbers from 0 to 255: red, green, blue',
  });
}
