import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Contents of a file, one part after the other: large tensors are hashed and written where they are, without a copy. */
export type FileParts = readonly Uint8Array[];

/** Hashed in one go: a few milliseconds' work, so whatever else the process does never waits longer. */
export const CHUNK_BYTES = 1 << 20;

/** Length of the whole file. */
export function byteLength(parts: FileParts): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/**
 * SHA-256 of a file's contents, in lower-case hexadecimal. Other work of the process gets its turn every
 * {@link CHUNK_BYTES}. Not `crypto.subtle`, whose digest first copies all it is given on the calling thread.
 */
export async function sha256OfParts(parts: FileParts): Promise<string> {
  const hash = createHash('sha256');
  let sinceTurn = 0;
  for (const part of parts) {
    for (let begin = 0; begin < part.length; begin += CHUNK_BYTES) {
      const chunk = part.subarray(begin, begin + CHUNK_BYTES);
      hash.update(chunk);
      sinceTurn += chunk.length;
      if (sinceTurn < CHUNK_BYTES) continue;
      sinceTurn = 0;
      await nextTurn();
    }
  }
  return hash.digest('hex');
}
