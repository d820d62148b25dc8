import { TaskweaveError } from '@taskweave/common';
import { open } from 'node:fs/promises';
import { CHUNK_BYTES } from './file-parts.js';
import { readSafetensors } from './read-safetensors.js';
import type { Safetensors } from './safetensors.js';

/**
 * Reads a safetensors file that has no manifest, chunk by chunk: every tensor straight into memory of its own, with turns
 * for other work of the process in between.
 *
 * @throws TaskweaveError `FILE_MISSING` for a file that cannot be read, `FILE_DAMAGED` naming file and tensor
 */
export async function readSafetensorsFile(path: string): Promise<Safetensors> {
  const handle = await open(path, 'r').catch((cause: unknown) => Promise.reject(notReadable(path, cause)));
  try {
    const { size } = await handle.stat();
    return await readSafetensors(
      {
        length: size,
        async fill(target) {
          for (let filled = 0; filled < target.length;) {
            const length = Math.min(CHUNK_BYTES, target.length - filled);
            const { bytesRead } = await handle.read(target, filled, length, null).catch((cause: unknown) => {
              throw notReadable(path, cause);
            });
            if (bytesRead === 0) throw becameShorter(path, size);
            filled += bytesRead;
          }
        },
      },
      path,
    );
  } finally {
    await handle.close();
  }
}

function notReadable(path: string, cause: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'FILE_MISSING',
      message: `${path} cannot be read.`,
      subject: path,
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      expected: 'a safetensors file',
    },
    { cause },
  );
}

function becameShorter(path: string, length: number): TaskweaveError {
  return new TaskweaveError({
    code: 'FILE_DAMAGED',
    message: `${path} became shorter while it was read.`,
    subject: path,
    expected: `${length} bytes`,
  });
}
