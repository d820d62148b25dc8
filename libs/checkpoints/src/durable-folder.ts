import { TaskweaveError } from '@taskweave/common';
import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileParts } from './file-parts.js';

/** Start of the names of folders and files that are not finished; nothing that lists looks at them. */
export const UNFINISHED = '.unfinished-';

/** True for the name of a folder that a write did not get to finish. */
export function isUnfinished(name: string): boolean {
  return name.startsWith(UNFINISHED);
}

/** Flushes a file, or the list of what is in a folder, to the disk. */
export async function sync(path: string): Promise<void> {
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

/** `OUTPUT_NOT_WRITABLE` for what the file system refused; a TaskweaveError is handed on. */
export function notWritable(folder: string, cause: unknown): TaskweaveError {
  if (cause instanceof TaskweaveError) return cause;
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
 * Makes a folder that is either there with all its files or not at all, also across a power failure: it is filled under
 * another name beside it and renamed into place. A folder of that name that was there before is replaced.
 *
 * @param fill writes the files and flushes each to the disk
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`, or what `fill` throws of that family; nothing is left behind, and what
 *   was there before still is
 */
export async function fillFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  let temporary: string | undefined;
  try {
    await mkdir(parent, { recursive: true });
    temporary = await mkdtemp(join(parent, `${UNFINISHED}${basename(folder)}-`));
    await fill(temporary);
    await sync(temporary);
    await moveIntoPlace(temporary, folder);
    await sync(parent);
  } catch (cause) {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw notWritable(folder, cause);
  }
}

/**
 * {@link fillFolder} with contents that are in memory, in the order given.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, FileParts>): Promise<void> {
  await fillFolder(folder, async (temporary) => {
    for (const [name, contents] of files) await writeSynced(join(temporary, name), contents);
  });
}
