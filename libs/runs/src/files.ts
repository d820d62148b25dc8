import { TaskweaveError } from '@taskweave/common';
import { readFileSync } from 'node:fs';
import { appendFile, open, rename, rm, writeFile } from 'node:fs/promises';
import { inTurn } from './in-turn.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
  ENOENT: 'its folder does not exist, or takes no files',
  EISDIR: 'a folder is in the way',
  ENAMETOOLONG: 'the path is too long',
};

/**
 * `OUTPUT_NOT_WRITABLE` for what the file system refused.
 *
 * @param option of the command line that says where to write
 */
export function notWritable(path: string, cause: unknown, option = '--output'): TaskweaveError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? (code === '' ? message : 'the system refused it');
  return new TaskweaveError(
    {
      code: 'OUTPUT_NOT_WRITABLE',
      message: `Cannot write ${path}: ${reason}.`,
      subject: path,
      found: code === '' ? message : code,
      expected: 'a place that can be written',
      action: `Make it writable, or choose another place with ${option}.`,
    },
    { cause },
  );
}

/**
 * Writes a file that is either there as a whole or not at all, also across a power failure. Writes to the same file
 * happen in the order they were asked for.
 *
 * @param contents text, pieces of it that are made as they are written, or bytes
 * @param option of the command line that says where to write
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`; a file that was there before still is
 */
export function writeFileAtomically(
  path: string,
  contents: string | Iterable<string> | Uint8Array,
  option?: string,
): Promise<void> {
  return inTurn(path, async () => {
    const temporary = `${path}.unfinished`;
    try {
      const file = await open(temporary, 'w');
      try {
        await writeFile(file, contents);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      // The first failure is the one to tell.
      await rm(temporary, { force: true }).catch(() => undefined);
      throw notWritable(path, cause, option);
    }
  });
}

/**
 * Writes a file that the user named, which may be a device.
 *
 * @param contents text, pieces of it that are made as they are written, or bytes
 * @param option of the command line that names it
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export async function writeOutputFile(
  path: string,
  contents: string | AsyncIterable<string> | Uint8Array,
  option: string,
): Promise<void> {
  await writeFile(path, contents).catch((cause: unknown) => {
    throw notWritable(path, cause, option);
  });
}

/**
 * Adds text to the end of a file, after all that was asked to be written to it before.
 *
 * @throws TaskweaveError `OUTPUT_NOT_WRITABLE`
 */
export function appendToFile(path: string, text: string): Promise<void> {
  return inTurn(path, async () => {
    try {
      await appendFile(path, text);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  });
}

/** JSON as it is written to files: indented, with a line break at the end. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * The JSON object in a file of a run.
 *
 * @throws TaskweaveError `FILE_MISSING` or `FILE_DAMAGED`
 */
export function readJsonObject(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = found === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read.`;
    throw new TaskweaveError({ code: 'FILE_MISSING', message, subject: path, found }, { cause });
  }
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below, together with JSON that is no object.
  }
  throw damaged(path, 'it is not a JSON object');
}

/** `FILE_DAMAGED` for a file of a run that is not as it was written. */
export function damaged(path: string, problem: string): TaskweaveError {
  return new TaskweaveError({
    code: 'FILE_DAMAGED',
    message: `${path} is damaged: ${problem}.`,
    subject: path,
    expected: 'the file as Taskweave wrote it',
  });
}
