import { decodePng, encodePng, sheet, type Raster } from '@taskweave/images';
import { picturesFolder, readPictures } from '@taskweave/runs';
import { legible } from '@taskweave/tasks';
import type { EventValue } from '@taskweave/tensorboard';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The examples that were drawn after so many steps: a picture a task, with a row each of the image, what is true of it and
 * what the network says.
 *
 * @param folder of all pictures of a run
 * @throws TaskweaveError `FILE_MISSING`, `FILE_DAMAGED` or `DATA_INVALID`
 */
export function exampleValues(folder: string, step: number): EventValue[] {
  const { examples } = readPictures(folder, step);
  const read = (name: string): Raster => {
    const path = join(picturesFolder(folder, step), name);
    return legible(decodePng(readFileSync(path), path));
  };
  const rows = new Map<string, Raster[][]>();
  for (const { image, tasks } of examples) {
    for (const { task, truth, prediction } of tasks) {
      rows.set(task, [...(rows.get(task) ?? []), [image, truth, prediction].map(read)]);
    }
  }
  return [...rows].map(([task, pictures]) => {
    const { width, height, channels, data } = sheet(pictures, 4);
    const png = encodePng({ width, height, channels, data });
    return { tag: `examples/${task}`, value: { width, height, channels, png } };
  });
}
