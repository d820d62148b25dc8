import { TaskweaveError } from '@taskweave/common';

/** Parts begin with a letter or digit, so none is `..`, empty or hidden. */
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;
/** Leaves room for a prefix in the 1024 bytes of an S3 key, and in a NATS subject once encoded. */
const MOST_CHARACTERS = 600;

/** Whether it can be the name of a blob, see {@link checkBlobName}. */
export function isBlobName(name: string): boolean {
  return name.length <= MOST_CHARACTERS && name.split('/').every((part) => PART.test(part));
}

/**
 * Refuses what is not the name of a blob: parts of letters, digits, `.`, `_` and `-`, each beginning with a letter or
 * digit, with slashes between them. So a name is safe as a path, a key and a subject.
 *
 * @throws TaskweaveError `CONFIG_INVALID`
 */
export function checkBlobName(name: string): void {
  if (isBlobName(name)) return;
  throw new TaskweaveError({
    code: 'CONFIG_INVALID',
    message: 'This is not the name of a blob.',
    subject: 'blob',
    found: JSON.stringify(name.slice(0, 200)),
    expected: `at most ${MOST_CHARACTERS} letters, digits, ".", "_", "-" and "/", each part beginning with a letter or digit`,
  });
}

/** Of some names those of blobs below a prefix, in order; see `BlobStore.list`. */
export function namesBelow(names: Iterable<string>, below: string | undefined): string[] {
  const wanted = (name: string): boolean => below === undefined || name.startsWith(`${below}/`);
  return [...names].filter((name) => wanted(name) && isBlobName(name)).sort();
}
