import type { HostTensor } from '@taskweave/engine';
import { encodePng, sheet, type Raster } from '@taskweave/images';
import { notWritable, writeOutputFile } from '@taskweave/runs';
import type { TaskDeclaration } from '@taskweave/spec';
import { legible, taskKinds } from '@taskweave/tasks';
import { mkdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { FittedImage } from './fit-image.js';
import type { Outputs } from './predict-images.js';

const OPTION = '--out';

/** Name of the file with all pictures together. */
const SHEET_FILE = 'sheet.png';

/** Where the pictures of one image are. */
export interface WrittenImage {
  /** Path of each task's picture, by task id. */
  readonly files: ReadonlyMap<string, string>;
}

export interface WrittenPictures {
  /** In the order of the images. */
  readonly images: readonly WrittenImage[];
  /** One row per image: itself, then the tasks. */
  readonly sheet: string;
}

/**
 * Draws predictions into a folder, which is made if it is not there: `photo-depth.png` for task `depth` of `photo.jpg`,
 * and `sheet.png` with everything. Files that were there before are replaced.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function writePictures(
  out: string,
  tasks: readonly TaskDeclaration[],
  images: readonly FittedImage[],
  predictions: readonly Outputs[],
): Promise<WrittenPictures> {
  const folder = resolve(out);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw notWritable(folder, cause, OPTION);
  });
  const stems = uniqueStems(images.map(({ path }) => path));
  const rows: Raster[][] = [];
  const written: WrittenImage[] = [];
  for (const [i, { picture }] of images.entries()) {
    const files = new Map<string, string>();
    const row = [picture];
    for (const task of tasks) {
      const drawn = draw(task, predictions[i]!.get(task.id)!, picture);
      const file = join(folder, `${stems[i]}-${task.id}.png`);
      await writePicture(file, drawn);
      files.set(task.id, file);
      row.push(drawn);
    }
    rows.push(row.map(legible));
    written.push({ files });
  }
  const file = join(folder, SHEET_FILE);
  await writePicture(file, sheet(rows, 4));
  return { images: written, sheet: file };
}

function draw(task: TaskDeclaration, output: HostTensor, { height, width }: Raster): Raster {
  return taskKinds[task.kind].drawOutput(output, 0, [height, width], task);
}

function writePicture(path: string, picture: Raster): Promise<void> {
  return writeOutputFile(path, encodePng(picture), OPTION);
}

/** File names without folder and ending, numbered from the second of the same name on. */
function uniqueStems(paths: readonly string[]): string[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const stem = basename(path, extname(path));
    for (let number = 1; ; number++) {
      const name = number === 1 ? stem : `${stem}-${number}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  });
}
