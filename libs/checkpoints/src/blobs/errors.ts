import { TaskweaveError } from '@taskweave/common';

/** `FILE_MISSING` for a blob that is not there. */
export function blobMissing(store: string, name: string): TaskweaveError {
  return new TaskweaveError({
    code: 'FILE_MISSING',
    message: `There is no blob ${name}.`,
    subject: `${store}, ${name}`,
    found: 'nothing',
    expected: 'a blob of that name',
  });
}

/** `FILE_DAMAGED` for a blob that is not what was put, or not what was expected. */
export function blobDamaged(store: string, name: string, found: string, expected: string): TaskweaveError {
  return new TaskweaveError({
    code: 'FILE_DAMAGED',
    message: `The blob ${name} is not what it should be.`,
    subject: `${store}, ${name}`,
    found,
    expected,
  });
}

/** `SERVICE_UNAVAILABLE` for a store that does not answer. */
export function storeAway(store: string, what: string, cause: unknown): TaskweaveError {
  const details = {
    code: 'SERVICE_UNAVAILABLE',
    message: `The blob store does not answer: cannot ${what}.`,
  } as const;
  const action = 'Start it again, or mend the network; then resume.';
  return new TaskweaveError({ ...details, subject: store, found: textOf(cause), action }, { cause });
}

/** `CONFIG_INVALID` for a store that says no. */
export function storeRefuses(store: string, what: string, cause: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'CONFIG_INVALID',
      message: `The blob store refuses to ${what}.`,
      subject: store,
      found: textOf(cause),
      expected: 'a store that lets us read and write',
      action: 'Check its URL and bucket, and the credentials in the environment.',
    },
    { cause },
  );
}

/** `OUTPUT_NOT_WRITABLE` for a store without room. */
export function storeFull(store: string, what: string, cause: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'OUTPUT_NOT_WRITABLE',
      message: `The blob store is full: cannot ${what}.`,
      subject: store,
      found: textOf(cause),
      action: 'Make room there, then resume.',
    },
    { cause },
  );
}

/** `FILE_MISSING` for a local file that was to be put. */
export function sourceMissing(file: string, cause: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'FILE_MISSING',
      message: `The file ${file} cannot be read.`,
      subject: file,
      found: textOf(cause),
      expected: 'a readable file',
    },
    { cause },
  );
}

function textOf(cause: unknown): string {
  const { code, name, message } = cause as NodeJS.ErrnoException;
  if (message === undefined) return String(cause);
  return code ?? (message === '' ? name : message);
}
