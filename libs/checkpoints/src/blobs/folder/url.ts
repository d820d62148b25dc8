import { TaskweaveError } from '@taskweave/common';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of a folder that is given as a path or as a `file:` URL.
 *
 * @throws TaskweaveError `CONFIG_INVALID` for a URL of another machine
 */
export function parseFolderUrl(text: string): string {
  if (!text.startsWith('file:')) return resolve(text);
  try {
    return fileURLToPath(text);
  } catch (cause) {
    throw new TaskweaveError(
      {
        code: 'CONFIG_INVALID',
        message: 'Not the URL of a folder.',
        subject: 'blob store',
        found: JSON.stringify(text.slice(0, 200)),
        expected: 'a path, or file:///path',
      },
      { cause },
    );
  }
}
