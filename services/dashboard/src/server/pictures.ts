import { TaskweaveError } from '@taskweave/common';
import { picturesFolder, readPictures, type RunFolder } from '@taskweave/runs';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { PicturesAnswer } from '../api/types.js';

/** A name of a file in the folder of the pictures itself. */
const PNG = /^[A-Za-z0-9][A-Za-z0-9._ -]*\.png$/;
/** More than any picture of a few examples has. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * What is to be seen on the pictures of a step.
 *
 * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED`
 */
export function picturesOf({ pictures }: RunFolder, step: number): PicturesAnswer {
  const { network, examples } = readPictures(pictures, step);
  return { step, network, examples };
}

/**
 * Path of one picture, once it is known to be a PNG of this run.
 *
 * @throws TaskweaveError `FILE_MISSING` when there is none, `PATH_REFUSED` for whatever lies elsewhere
 */
export function picturePath(folder: RunFolder, step: number, file: string): string {
  const path = join(picturesFolder(folder.pictures, step), file);
  if (!PNG.test(file)) throw refused(file);
  if (!existsSync(path)) {
    throw new TaskweaveError({ code: 'FILE_MISSING', message: 'There is no such picture.', subject: file });
  }
  if (!realpathSync(path).startsWith(realpathSync(folder.path) + sep)) throw refused(file);
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw refused(file);
  return path;
}

function refused(file: string): TaskweaveError {
  return new TaskweaveError({
    code: 'PATH_REFUSED',
    message: 'Only pictures of the run are given out.',
    subject: 'file',
    found: file.slice(0, 255),
  });
}
