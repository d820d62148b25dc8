import { TaskweaveError } from '@taskweave/common';
import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileParts } from './file-parts.js';

/** Start of the names of folders that are not finished; nothing that lists checkpoints looks at them. */
const UNFINISHED = '.unfinished-';

/** True for the name of a folder that a write did not get to finish. */
export function isUnfinished(name: string): boolean {
  return name.startsWith(UNFINISHED);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, contents: FileParts): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeFile(handle, contents);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is larger than allowed',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
  EIO: 'the disk reports an error',
};

function notWritable(folder: string, cause: unknown): TaskweaveError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new TaskweaveError(
    {
      code: 'OUTPUT_NOT_WRITABLE',
      message: `Cannot write ${folder}: ${REASONS[code] ?? message}.`,
      subject: folder,
      found: code === '' ? message : code,
      action: 'Make room or choose another output folder, then resume.',
    },
    { cause },
  );
}

/** Renames a folder; one that is in the way is moved aside first and removed afterwards. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  const aside = `${from}-replaced`;
  const replaces = await rename(to, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(from, to);
  } catch (error) {
    if (replaces) await rename(aside, to);
    throw error;
  }
  if (replaces) await rm(aside, { recursive: true, force: true });
}

/**
 * Writes a folder that is either there with all its files or not at all, also across a power failure: the files go to a
 * temporary folder beside it and are flushed to the disk one by one in the order given, then the folder is renamed into
 * place. A folder of that name that was there before is replaced.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`; nothing is left behind, and what was there before still is
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, FileParts>): Promise<void> {
  const parent = dirname(folder);
  let temporary: string | undefined;
  try {
    await mkdir(parent, { recursive: true });
    temporary = await mkdtemp(join(parent, `${UNFINISHED}${basename(folder)}-`));
    for (const [name, contents] of files) await writeSynced(join(temporary, name), contents);
    await sync(temporary);
    await moveIntoPlace(temporary, folder);
    await sync(parent);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw notWritable(folder, cause);
  }
}
