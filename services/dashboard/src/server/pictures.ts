import { TaskweaveError } from '@taskweave/common';
import { readJsonObject, type RunFolder } from '@taskweave/runs';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { PictureExample, PictureTask, PicturesAnswer } from '../api/types.js';

const FOLDER = /^step-(\d{8})$/;
/** A name of a file in the folder of the pictures itself. */
const PNG = /^[A-Za-z0-9][A-Za-z0-9._ -]*\.png$/;
/** More than any picture of a few examples has. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Steps of which a run has pictures of its predictions, ascending. */
export function pictureSteps({ path }: RunFolder): number[] {
  const folder = join(path, 'pictures');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const step = FOLDER.exec(name)?.[1];
      return step !== undefined && existsSync(join(folder, name, 'pictures.json')) ? [Number(step)] : [];
    })
    .sort((a, b) => a - b);
}

function folderOf({ path }: RunFolder, step: number): string {
  return join(path, 'pictures', `step-${String(step).padStart(8, '0')}`);
}

/**
 * What is to be seen on the pictures of a step.
 *
 * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED`
 */
export function picturesOf(folder: RunFolder, step: number): PicturesAnswer {
  const tree = readJsonObject(join(folderOf(folder, step), 'pictures.json'));
  const examples = Array.isArray(tree['examples']) ? (tree['examples'] as Partial<PictureExample>[]) : [];
  return {
    step,
    network: String(tree['network'] ?? ''),
    examples: examples.flatMap(({ image, tasks }): PictureExample[] =>
      typeof image === 'string' && Array.isArray(tasks) ? [{ image, tasks: tasks as PictureTask[] }] : [],
    ),
  };
}

/**
 * Path of one picture, once it is known to be a PNG of this run.
 *
 * @throws TaskweaveError `FILE_MISSING` when there is none, `PATH_REFUSED` for whatever lies elsewhere
 */
export function picturePath(folder: RunFolder, step: number, file: string): string {
  const place = folderOf(folder, step);
  const path = join(place, file);
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
