import { TaskweaveError } from '@taskweave/common';
import { lstat, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { isLocal } from './host-of.js';

/**
 * Environment variable with the folders that paths in messages may lie in, separated like those of `PATH`. Unset, a
 * service that only this machine can call takes any path, with the rights of the user who started it.
 */
export const STORAGE_VARIABLE = 'TASKWEAVE_STORAGE';

const LONGEST_PATH = 4_096;
const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;

/** Decides which paths of messages a service may open. */
export class AllowedFolders {
  readonly #roots: readonly string[] | undefined;

  private constructor(roots: readonly string[] | undefined) {
    this.#roots = roots;
  }

  /**
   * @param address where the service listens; loopback if undefined
   * @throws TaskweaveError `CONFIG_INVALID` when other machines can call the service and no folders are named, or one of
   *   them is not absolute
   */
  static fromEnvironment(address?: string): AllowedFolders {
    const roots = (process.env[STORAGE_VARIABLE] ?? '').split(delimiter).filter((root) => root !== '');
    const relativeRoot = roots.find((root) => !isAbsolute(root));
    const exposed = address !== undefined && !isLocal(address);
    if (relativeRoot !== undefined || (exposed && roots.length === 0)) {
      throw new TaskweaveError({
        code: 'CONFIG_INVALID',
        message: 'A service that other machines can call must be told which folders it may use.',
        subject: STORAGE_VARIABLE,
        found: relativeRoot ?? 'nothing',
        expected: `absolute paths of folders, separated by "${delimiter}"`,
        action: `Set ${STORAGE_VARIABLE}, e.g. to the folder of the runs and that of the data.`,
      });
    }
    return new AllowedFolders(roots.length === 0 ? undefined : roots.map((root) => resolve(root)));
  }

  /**
   * A path from a message, once it may be opened. What does not exist yet is judged by the folder it would be made in.
   *
   * @param field of the message, for errors
   * @throws TaskweaveError `MESSAGE_INVALID` for what is no absolute path in its plainest form, `PATH_REFUSED` for one
   *   outside of the folders, also by way of a link
   */
  async check(field: string, path: string): Promise<string> {
    checkForm(field, path);
    if (this.#roots === undefined) return path;
    const real = await realPath(path);
    for (const root of this.#roots) {
      if (isWithin(root, path) && isWithin(await realPath(root), real)) return path;
    }
    throw new TaskweaveError({
      code: 'PATH_REFUSED',
      message: 'The service may not use this path.',
      subject: field,
      found: path,
      expected: `a path within ${this.#roots.join(' or ')}`,
      action: `Choose such a path, or start the service with another ${STORAGE_VARIABLE}.`,
    });
  }
}

function checkForm(field: string, path: string): void {
  const plain = path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path;
  const isPlain = isAbsolute(path) && normalize(plain) === plain;
  if (isPlain && Buffer.byteLength(path) <= LONGEST_PATH && !CONTROL_CHARACTER.test(path)) return;
  throw new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: 'A path of the request cannot be used.',
    subject: field,
    found: JSON.stringify(path.slice(0, 200)),
    expected: `an absolute path of at most ${LONGEST_PATH} bytes, without "." or ".." or control characters`,
  });
}

/** The path without links, as far as it exists. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    const parent = dirname(path);
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) return sep;
    // What is there all the same is a link to nowhere; it might lead somewhere by the time it is opened.
    const isDangling = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isDangling) return sep;
    return join(await realPath(parent), path.slice(parent.length));
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
