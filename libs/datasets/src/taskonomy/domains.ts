import type { TaskDeclaration } from '@taskweave/spec';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredTask } from '../image-files/example.js';
import { listedFile, readInRoot } from '../image-files/file-in-root.js';
import type { LabelFormat } from '../image-files/labels/label-format.js';
import { parseNpy } from '../image-files/npy.js';
import type { TaskonomyOptions } from './options.js';

/** A domain folder whose files are labels. */
export interface Domain {
  /** Name of the folder, and id of the task. */
  readonly folder: string;
  /** What its files' names end with after `domain_`. */
  readonly suffix: string;
  readonly kind: 'soft-classification' | 'surface-normals' | 'depth';
}

/** Depth is stored in steps of 1/512 m; 65535 means none. */
const DEPTH_UNIT = 1 / 512;

/** The domains that there is a kind of task for. */
const DOMAINS: readonly Domain[] = [
  { folder: 'class_object', suffix: 'class_object.npy', kind: 'soft-classification' },
  { folder: 'class_scene', suffix: 'class_places.npy', kind: 'soft-classification' },
  { folder: 'normal', suffix: 'normal.png', kind: 'surface-normals' },
  { folder: 'depth_euclidean', suffix: 'depth_euclidean.png', kind: 'depth' },
];

/** Of them, those that are in the folder. */
export async function foundDomains(root: string): Promise<Domain[]> {
  const folders = await readdir(root);
  return DOMAINS.filter(({ folder }) => folders.includes(folder));
}

/** Path of a domain's file that belongs to an image: `rgb/b/point_0_view_1_domain_rgb.png` -> `normal/b/point_0_...`. */
export function labelPath(image: string, { folder, suffix }: Pick<Domain, 'folder' | 'suffix'>): string {
  return image.replace(/^rgb/, folder).replace(/rgb\.png$/, suffix);
}

/**
 * The task of a domain. How many classes there are, one label file tells.
 *
 * @param image path of any image
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID`
 */
export async function taskOf(
  domain: Domain,
  image: string,
  { root, classes }: TaskonomyOptions,
): Promise<StoredTask> {
  const declare = (format: LabelFormat, outputs: number): StoredTask => {
    const declaration: TaskDeclaration = { id: domain.folder, kind: domain.kind, outputs };
    return { declaration, format };
  };
  if (domain.kind === 'surface-normals') return declare({ kind: domain.kind, encoding: 'shifted-u8' }, 3);
  if (domain.kind === 'depth') return declare({ kind: domain.kind, unit: DEPTH_UNIT }, 1);
  const chosen = classes[domain.folder as keyof typeof classes];
  if (chosen !== undefined)
    return declare({ kind: domain.kind, outputs: chosen.length, classes: chosen }, chosen.length);
  const path = labelPath(image, domain);
  const { data } = parseNpy(await readInRoot(join(root), listedFile(path)), path);
  return declare({ kind: domain.kind, outputs: data.length }, data.length);
}
