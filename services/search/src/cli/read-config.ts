import { TaskweaveError } from '@taskweave/common';
import { MAX_SPEC_BYTES } from '@taskweave/spec';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * The text of a config file.
 *
 * @param subject where its name was given, for messages
 * @throws TaskweaveError `FILE_MISSING` when it is not there or no readable file, `CONFIG_INVALID` when it is too large
 *   or not UTF-8
 */
export function readConfig(path: string, subject = '--config'): string {
  let bytes: Buffer;
  try {
    const file = openSync(path, 'r');
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (stat.size > MAX_SPEC_BYTES) throw tooLarge(path, stat.size, subject);
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw cause instanceof TaskweaveError ? cause : unreadable(path, cause as NodeJS.ErrnoException, subject);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'CONFIG_INVALID',
        message: `The config file ${path} is not text in UTF-8.`,
        subject: path,
        expected: 'a YAML file in UTF-8',
      },
      { cause },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is not a file',
  EACCES: 'may not be read',
};

function unreadable(path: string, cause: NodeJS.ErrnoException, subject: string): TaskweaveError {
  const { code = '', message } = cause;
  return new TaskweaveError(
    {
      code: 'FILE_MISSING',
      message: `The config file ${path} ${REASONS[code] ?? 'cannot be read'}.`,
      subject,
      found: code === '' ? message : code,
      expected: 'a readable YAML file',
    },
    { cause },
  );
}

function tooLarge(path: string, bytes: number, subject: string): TaskweaveError {
  return new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: `The config file ${path} is too large for a search spec.`,
    subject,
    found: `${bytes} bytes`,
    expected: `at most ${MAX_SPEC_BYTES} bytes`,
  });
}
