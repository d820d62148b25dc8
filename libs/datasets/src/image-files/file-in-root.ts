import { TaskweaveError } from '@taskweave/common';
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { nameOf, type ListedFile } from './example.js';

/**
 * Refuses a path that leads out of the root by its text: absolute, or upwards. Links are looked at when the file is
 * read.
 *
 * @throws TaskweaveError `DATA_INVALID` naming the line
 */
export function listedFile(path: string, listedAt?: string): ListedFile {
  const file = listedAt === undefined ? { path } : { path, listedAt };
  const parts = path.split(/[/\\]/);
  if (
    path === '' ||
    path.includes('\0') ||
    isAbsolute(path) ||
    /^[A-Za-z]:/.test(path) ||
    parts.includes('..')
  )
    throw outside(file, path === '' ? 'an empty path' : path);
  return file;
}

/**
 * The bytes of a file below the root.
 *
 * @throws TaskweaveError `FILE_MISSING`, or `DATA_INVALID` when a link leads out of the root
 */
export async function readInRoot(root: string, file: ListedFile): Promise<Uint8Array> {
  const { path } = listedFile(file.path, file.listedAt);
  try {
    const [base, real] = await Promise.all([realpath(root), realpath(join(root, path))]);
    const below = relative(base, real);
    if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) throw outside(file, real);
    return await readFile(real);
  } catch (cause) {
    if (cause instanceof TaskweaveError) throw cause;
    throw new TaskweaveError(
      {
        code: 'FILE_MISSING',
        message: 'A file of the data set cannot be read.',
        subject: nameOf(file),
        found: (cause as NodeJS.ErrnoException).code ?? String(cause),
        expected: `a file in ${root}`,
      },
      { cause },
    );
  }
}

function outside(file: ListedFile, found: string): TaskweaveError {
  return new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'A path leads out of the folder of the data set.',
    subject: nameOf(file),
    found,
    expected: 'a path below the root, without ".." and without links that leave it',
  });
}
