import type { Raster } from '@taskweave/images';
import type { Npy } from '../npy.js';
import type { Planes } from '../planes.js';
import { invalidLabel, placeOf } from './invalid-label.js';
import { NO_LABEL } from './no-label.js';

/**
 * Distance of every pixel, 255 where there is none.
 *
 * @param unit distance of one step of an image
 * @throws TaskweaveError `DATA_INVALID` for another shape, or a distance of 255 or more, which would mean "none"
 */
export function decodeDepth(stored: Raster | Npy, unit: number, subject: string): Planes<Float32Array> {
  const [height = 0, width = 0] = 'shape' in stored ? stored.shape : [stored.height, stored.width];
  if ('shape' in stored ? stored.shape.length !== 2 : stored.channels !== 1) {
    const found = 'shape' in stored ? `shape (${stored.shape.join(', ')})` : `${stored.channels} channels`;
    throw invalidLabel(subject, found, 'one number per pixel');
  }
  const largest = stored.data instanceof Uint16Array ? 65_535 : 255;
  const data = Float32Array.from(stored.data, (value) => {
    if ('shape' in stored) return value > 0 && Number.isFinite(value) ? value : NO_LABEL;
    return value > 0 && value < largest ? value * unit : NO_LABEL;
  });
  const wrong = data.findIndex((value) => value > NO_LABEL);
  if (wrong >= 0)
    throw invalidLabel(subject, `${data[wrong]} at ${placeOf(wrong, width)}`, `distances below ${NO_LABEL}`);
  return { width, height, channels: 1, data };
}
