import type { FileHandle } from 'node:fs/promises';

/** Larger files go in parts, so that what is lost with a connection is a part; 5 MiB is the least a store takes. */
export const PART_BYTES = 16 * 1024 * 1024;
/** S3 takes no more. */
const MOST_PARTS = 10_000;

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly begin: number;
  readonly bytes: number;
}

/** How a file is cut into parts for an upload: of one size but the last, which may be smaller. */
export function partsOf(bytes: number): Part[] {
  const size = Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, i) => ({
    number: i + 1,
    begin: i * size,
    bytes: Math.min(size, bytes - i * size),
  }));
}

/** A part of a file, in memory: a request that failed has to be signed and sent again. */
export async function readPart(handle: FileHandle, { begin, bytes }: Omit<Part, 'number'>): Promise<Buffer> {
  const contents = Buffer.alloc(bytes);
  for (let filled = 0; filled < bytes;) {
    const { bytesRead } = await handle.read(contents, filled, bytes - filled, begin + filled);
    if (bytesRead === 0) throw new Error(`the file became shorter than ${begin + bytes} bytes`);
    filled += bytesRead;
  }
  return contents;
}
