import { TaskweaveError } from '@taskweave/common';
import { stat } from 'node:fs/promises';
import { HashingReader } from './hashing-reader.js';
import { readSafetensors } from './read-safetensors.js';
import type { DecodeOptions, Safetensors } from './safetensors.js';

/** A safetensors file, and what identifies it. */
export interface SafetensorsFile extends Safetensors {
  /** Of the whole file, what was skipped included; lower-case hexadecimal. */
  sha256: string;
}

/**
 * Reads a safetensors file chunk by chunk: what is skipped takes no memory, and other work of the process gets its turn.
 *
 * @throws TaskweaveError `FILE_MISSING` when it cannot be read; `FILE_DAMAGED` naming file and tensor
 */
export async function readSafetensorsFile(
  path: string,
  options: DecodeOptions = {},
): Promise<SafetensorsFile> {
  await checkIsFile(path);
  const reader = await HashingReader.open(path).catch((cause: unknown) => {
    throw missing(path, (cause as TaskweaveError).found ?? String(cause), cause);
  });
  try {
    const contents = await readSafetensors(reader, path, options);
    return { ...contents, sha256: await reader.sha256() };
  } finally {
    await reader.close();
  }
}

/** A folder or a pipe can be opened, but has no length. */
async function checkIsFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw missing(path, (cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  });
  if (!found.isFile()) throw missing(path, found.isDirectory() ? 'a folder' : 'no regular file');
}

function missing(path: string, found: string, cause?: unknown): TaskweaveError {
  const message = `The file ${path} cannot be read.`;
  const details = { code: 'FILE_MISSING', message, subject: path, found } as const;
  return new TaskweaveError({ ...details, expected: 'a safetensors file' }, { cause });
}
