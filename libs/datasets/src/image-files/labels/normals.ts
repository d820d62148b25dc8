import type { Raster } from '@taskweave/images';
import type { Npy } from '../npy.js';
import type { Planes } from '../planes.js';
import { invalidLabel, placeOf } from './invalid-label.js';
import type { NormalEncoding } from './label-format.js';
import { NO_LABEL } from './no-label.js';

/** Of length 1 within this, or refused: a wrong encoding is the likely reason. */
const LENGTH_TOLERANCE = 0.1;
/** Shifted bytes around the middle, such as three times 127 or 128, mean no direction. */
const SHORTEST = 0.1;

/**
 * Directions of every pixel: unit vectors, three times 255 where there is none; with `raw-u8`, the bytes.
 *
 * Published results of MTL-NAS (CVPR 2020) are angles between raw bytes, which are not angles between the directions
 * that shifted bytes stand for: those come out far smaller. `raw-u8` is for comparing with them.
 *
 * @throws TaskweaveError `DATA_INVALID` for another shape, or vectors that are no directions
 */
export function decodeNormals(
  stored: Raster | Npy,
  encoding: NormalEncoding,
  subject: string,
): Planes<Float32Array> {
  if ('shape' in stored) return unitFloats(stored, encoding, subject);
  const { width, height, channels, data: bytes } = stored;
  if (encoding === 'unit-float')
    throw invalidLabel(subject, 'an image', "a .npy file, as encoding 'unit-float' says");
  if (channels < 3) throw invalidLabel(subject, `${channels} channels`, 'red, green and blue');
  const largest = bytes instanceof Uint16Array ? 65_535 : 255;
  const data = new Float32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const r = bytes[pixel * channels]!;
    const g = bytes[pixel * channels + 1]!;
    const b = bytes[pixel * channels + 2]!;
    if (r === largest && g === largest && b === largest) data.fill(NO_LABEL, 3 * pixel, 3 * pixel + 3);
    else if (encoding === 'raw-u8')
      data.set([(r / largest) * 255, (g / largest) * 255, (b / largest) * 255], 3 * pixel);
    else setDirection(data, pixel, (2 * r) / largest - 1, (2 * g) / largest - 1, (2 * b) / largest - 1);
  }
  return { width, height, channels: 3, data };
}

function setDirection(data: Float32Array, pixel: number, x: number, y: number, z: number): void {
  const length = Math.sqrt(x * x + y * y + z * z);
  if (length < SHORTEST) data.fill(NO_LABEL, 3 * pixel, 3 * pixel + 3);
  else {
    data[3 * pixel] = x / length;
    data[3 * pixel + 1] = y / length;
    data[3 * pixel + 2] = z / length;
  }
}

function unitFloats({ shape, data }: Npy, encoding: NormalEncoding, subject: string): Planes<Float32Array> {
  if (encoding !== 'unit-float')
    throw invalidLabel(subject, 'a .npy file', `an image, as encoding '${encoding}' says`);
  const [height = 0, width = 0, channels] = shape;
  if (shape.length !== 3 || channels !== 3)
    throw invalidLabel(subject, `shape (${shape.join(', ')})`, 'shape (height, width, 3)');
  const directions = data.slice();
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y, z] = [data[3 * pixel]!, data[3 * pixel + 1]!, data[3 * pixel + 2]!];
    if (x === NO_LABEL && y === NO_LABEL && z === NO_LABEL) continue;
    const length = Math.hypot(x, y, z);
    // Zeros are how most tools write a pixel without a direction, and some write NaN.
    if (length !== 0 && !Number.isNaN(length) && !(Math.abs(length - 1) <= LENGTH_TOLERANCE))
      throw invalidLabel(
        subject,
        `a vector of length ${length.toPrecision(3)} at ${placeOf(pixel, width)}`,
        'unit vectors; 0, NaN or 255 in all three components for none',
      );
    setDirection(directions, pixel, x || 0, y || 0, z || 0);
  }
  return { width, height, channels: 3, data: directions };
}
