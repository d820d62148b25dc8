import { TaskweaveError } from '@taskweave/common';

/** `CHECKPOINT_DAMAGED` for a file of a checkpoint. */
export function damaged(
  path: string,
  problem: string,
  found: string,
  expected: string,
  cause?: unknown,
): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'CHECKPOINT_DAMAGED',
      message: `${path} ${problem}.`,
      subject: path,
      found,
      expected,
      action: 'Resume from an older checkpoint.',
    },
    { cause },
  );
}

/** `CHECKPOINT_DAMAGED` for what the file system refused. */
export function notReadable(path: string, cause: unknown): TaskweaveError {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return damaged(path, 'cannot be read', code, 'a readable file', cause);
}
