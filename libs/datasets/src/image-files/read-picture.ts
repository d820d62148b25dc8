import { decodeJpeg, decodePng } from '@taskweave/images';
import { nameOf, type ListedFile } from './example.js';
import { readInRoot } from './file-in-root.js';
import type { Planes } from './planes.js';

/**
 * Reads a PNG or JPEG as red, green and blue, 0..255. Grey is spread over the three, opacity left out, 16 bits become
 * fractions.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID` naming the file and its line
 */
export async function readPicture(root: string, file: ListedFile): Promise<Planes<Float32Array>> {
  const bytes = await readInRoot(root, file);
  const decode = bytes[0] === 0xff && bytes[1] === 0xd8 ? decodeJpeg : decodePng;
  const { width, height, channels, data } = decode(bytes, nameOf(file));
  const factor = data instanceof Uint16Array ? 1 / 257 : 1;
  const rgb = new Float32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++)
      rgb[3 * pixel + c] = data[pixel * channels + (channels < 3 ? 0 : c)]! * factor;
  }
  return { width, height, channels: 3, data: rgb };
}
