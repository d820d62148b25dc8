import type { DataSet, Part } from '../data-set.js';
import { augmentationOf } from '../image-files/augment/options.js';
import { imageFilesDataSet } from '../image-files/data-set.js';
import { takeShare } from '../image-files/shares.js';
import { readManifest, type ManifestExample } from './manifest.js';
import type { ImageFolderOptions } from './options.js';
import { storedTask } from './tasks.js';

/** @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming file and line */
export async function openImageFolder(options: ImageFolderOptions): Promise<DataSet> {
  const { root, manifest: path, resize, outputSize, mean, deviation, workers } = options;
  const manifest = await readManifest(root, path);
  return imageFilesDataSet({
    id: 'image-folder',
    decoding: {
      root,
      tasks: Object.entries(manifest.tasks).map(([id, task]) => storedTask(id, task)),
      ...(resize !== undefined && { resize }),
      augmentation: augmentationOf(options.augment, outputSize ?? [1, 1]),
      mean,
      deviation,
    },
    parts: partsOf(manifest.examples, options),
    workers,
    listedIn: { train: path, validation: path, test: path },
  });
}

/** The parts that the manifest says, or random ones. */
function partsOf(
  examples: readonly ManifestExample[],
  { validationShare, testShare, splitSeed }: ImageFolderOptions,
): Record<Part, readonly ManifestExample[]> {
  if (examples[0]?.split !== undefined) {
    const part = (name: Part): ManifestExample[] => examples.filter(({ split }) => split === name);
    return { train: part('train'), validation: part('validation'), test: part('test') };
  }
  const { taken: test, left } = takeShare(examples, testShare, splitSeed, 'image-folder/test');
  // A share of all examples, of those that are left.
  const share = (validationShare * examples.length) / Math.max(1, left.length);
  const { taken: validation, left: train } = takeShare(left, share, splitSeed, 'image-folder/validation');
  return { train, validation, test };
}
