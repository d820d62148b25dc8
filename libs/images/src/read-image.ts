import { readFile } from 'node:fs/promises';
import { TaskweaveError } from '@taskweave/common';
import { decodeJpeg } from './jpeg.js';
import { decodePng } from './png.js';
import type { Raster } from './raster.js';

/** How each format begins. */
const FORMATS = [
  { name: 'PNG', start: [0x89, 0x50, 0x4e, 0x47], decode: decodePng },
  { name: 'JPEG', start: [0xff, 0xd8, 0xff], decode: decodeJpeg },
] as const;

/**
 * Reads a PNG or JPEG; which of them, the file's first bytes say.
 *
 * @param subject what errors call it; the path by default
 * @throws TaskweaveError FILE_MISSING, DATA_INVALID
 */
export async function readImage(path: string, subject = path): Promise<Raster> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const details = { code: 'FILE_MISSING', message: 'This image cannot be opened.', subject } as const;
    throw new TaskweaveError({ ...details, found: (error as Error).message }, { cause: error });
  }
  const format = FORMATS.find(({ start }) => start.every((byte, i) => bytes[i] === byte));
  if (format !== undefined) return format.decode(bytes, subject);
  throw new TaskweaveError({
    code: 'DATA_INVALID',
    message: 'This file is no image that can be read.',
    subject,
    expected: FORMATS.map(({ name }) => name).join(' or '),
  });
}
