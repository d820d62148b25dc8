import { blobPath, blobsAreOn, removeFolder, uploadFolder, withBlobStore } from '@taskweave/checkpoints';
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';

/** Whose folder it is. */
export interface FolderOwner {
  /** The run that the request is about. */
  readonly run: string;
  /** Where in the blob store the run keeps its checkpoints. @default a place of its own, emptied afterwards */
  readonly blobs?: string;
}

/**
 * Lets another service read a folder: by its path, or by its name in the blob store, if the environment names one. It is
 * put there unless it is there.
 *
 * @throws TaskweaveError those of the blob store
 */
export async function withSharedFolder<T>(
  folder: string,
  { run, blobs }: FolderOwner,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (!blobsAreOn()) return use(folder);
  const place = blobs ?? `${run}/${randomUUID()}`;
  try {
    const name = await withBlobStore((store) => uploadFolder(store, folder, `${place}/${basename(folder)}`));
    return await use(blobPath(name));
  } finally {
    if (blobs === undefined)
      await withBlobStore((store) => removeFolder(store, place)).catch(() => undefined);
  }
}
