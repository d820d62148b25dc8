import { TaskweaveError } from '@taskweave/common';
import { isBlobName } from './names.js';

/** Begins what stands in a message where a path could: a name in the blob store of the environment. */
const SCHEME = 'blob:';

/** A name in the blob store as messages have it. */
export function blobPath(name: string): string {
  return `${SCHEME}${name}`;
}

/** Whether a path in a message is a name in the blob store. */
export function isBlobPath(path: string): boolean {
  return path.startsWith(SCHEME);
}

/** The name that {@link blobPath} was given. */
export function blobNameOf(path: string): string {
  return path.slice(SCHEME.length);
}

/**
 * Refuses a path of a message that is no name in the blob store, or not that of a blob of the run that the message is about.
 *
 * @param field of the message, for errors
 * @throws TaskweaveError `MESSAGE_INVALID`
 */
export function checkBlobPath(field: string, path: string, run: string): void {
  const name = blobNameOf(path);
  if (isBlobPath(path) && isBlobName(name) && name.startsWith(`${run}/`)) return;
  throw new TaskweaveError({
    code: 'MESSAGE_INVALID',
    message: 'This is not the name of a blob of the run.',
    subject: field,
    found: JSON.stringify(path.slice(0, 200)),
    expected: `${SCHEME}${run}/ and a name of letters, digits, ".", "_", "-" and "/"`,
  });
}
