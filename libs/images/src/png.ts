import { decode, encode } from 'fast-png';
import { TaskweaveError } from '@taskweave/common';
import type { Raster } from './raster.js';

/**
 * Reads a PNG of 8 or 16 bits (fewer are spread to 8); a palette is resolved.
 *
 * @param subject what errors call it: the file's path
 * @throws TaskweaveError DATA_INVALID when it is no PNG, truncated, or its checksums are wrong
 */
export function decodePng(bytes: Uint8Array, subject: string): Raster {
  try {
    const { width, height, channels, depth, data, palette } = decode(bytes, { checkCrc: true });
    if (palette !== undefined) {
      const size = palette[0]?.length ?? 3;
      const indices = depth < 8 ? unpack(data as Uint8Array, width, height, depth) : data;
      const colours = new Uint8Array(width * height * size);
      indices.forEach((index, i) => colours.set(palette[index]!, i * size));
      return { width, height, channels: size, data: colours };
    }
    if (depth >= 8) return { width, height, channels, data: data as Uint8Array | Uint16Array };
    const factor = 255 / (2 ** depth - 1);
    const grey = unpack(data as Uint8Array, width, height, depth).map((value) => value * factor);
    return { width, height, channels, data: grey };
  } catch (error) {
    throw unreadable('PNG', subject, error);
  }
}

/**
 * Reads a PNG for the numbers in it, as pictures of labels are meant: grey values as they are stored, however few their
 * bits, and places in a palette instead of its colours.
 *
 * @param subject what errors call it: the file's path
 * @returns one channel for grey and palette, 8 bits for up to 8
 * @throws TaskweaveError DATA_INVALID when it is no PNG, truncated, or its checksums are wrong
 */
export function decodePngNumbers(bytes: Uint8Array, subject: string): Raster {
  try {
    const { width, height, channels, depth, data, palette } = decode(bytes, { checkCrc: true });
    const numbers =
      depth < 8 ? unpack(data as Uint8Array, width, height, depth) : (data as Uint8Array | Uint16Array);
    return { width, height, channels: palette === undefined ? channels : 1, data: numbers };
  } catch (error) {
    throw unreadable('PNG', subject, error);
  }
}

/** The bytes of a PNG. */
export function encodePng({ width, height, channels, data }: Raster): Uint8Array {
  return encode({ width, height, channels, data, depth: data instanceof Uint16Array ? 16 : 8 });
}

/** Pixels of 1, 2 or 4 bits, rows beginning at a byte, as one byte each. */
function unpack(packed: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    const byte = packed[Math.floor(i / width) * rowBytes + (bit >> 3)]!;
    return (byte >> (8 - depth - (bit & 7))) & mask;
  });
}

export function unreadable(format: string, subject: string, cause: unknown): TaskweaveError {
  return new TaskweaveError(
    {
      code: 'DATA_INVALID',
      message: `This ${format} file cannot be read.`,
      subject,
      found: (cause as Error).message,
      action: 'Check whether the file is complete.',
    },
    { cause },
  );
}
