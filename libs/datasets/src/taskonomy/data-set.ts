import { TaskweaveError } from '@taskweave/common';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSet } from '../data-set.js';
import { augmentationOf } from '../image-files/augment/options.js';
import { imageFilesDataSet } from '../image-files/data-set.js';
import type { Example } from '../image-files/example.js';
import { listedFile } from '../image-files/file-in-root.js';
import { readBuildings, type Building } from './buildings.js';
import { foundDomains, labelPath, taskOf, type Domain } from './domains.js';
import type { TaskonomyOptions } from './options.js';

/** @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the file, and the line where it is listed */
export async function openTaskonomy(options: TaskonomyOptions): Promise<DataSet> {
  const { root, splits, resize, outputSize, mean, deviation, workers } = options;
  const buildings = await readBuildings(root, splits);
  const domains = await foundDomains(root);
  const examplesOf = async (some: readonly Building[]): Promise<Example[]> =>
    (await Promise.all(some.map((building) => readBuilding(root, building, domains)))).flat();
  const [train, validation, test] = [
    await examplesOf(buildings.train),
    await examplesOf(buildings.validation),
    await examplesOf(buildings.test),
  ];
  const image = train[0]?.image.path;
  const tasks =
    image === undefined ? [] : await Promise.all(domains.map((domain) => taskOf(domain, image, options)));
  return imageFilesDataSet({
    id: 'taskonomy',
    decoding: {
      root,
      tasks,
      resize,
      augmentation: augmentationOf(options.augment, outputSize),
      mean,
      deviation,
    },
    parts: { train, validation, test },
    workers,
    listedIn: { train: splits, validation: splits, test: splits },
  });
}

/** A building's images in the order of their names, each with its file in every domain. */
async function readBuilding(
  root: string,
  { id, at }: Building,
  domains: readonly Domain[],
): Promise<Example[]> {
  let names: string[];
  try {
    names = await readdir(join(root, 'rgb', id));
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'FILE_MISSING',
        message: 'A building has no folder of images.',
        subject: `${at}: rgb/${id}`,
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        action: 'Download it, or take its line out.',
      },
      { cause },
    );
  }
  return names
    .filter((name) => name.endsWith('_domain_rgb.png'))
    .sort()
    .map((name) => {
      const image = `rgb/${id}/${name}`;
      const label = (domain: Domain) => [domain.folder, listedFile(labelPath(image, domain), at)] as const;
      return { image: listedFile(image, at), labels: Object.fromEntries(domains.map(label)) };
    });
}
