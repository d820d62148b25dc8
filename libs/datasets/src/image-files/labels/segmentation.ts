import type { Raster } from '@taskweave/images';
import type { Planes } from '../planes.js';
import { NO_LABEL } from './no-label.js';
import { invalidLabel, placeOf } from './invalid-label.js';

/**
 * Class numbers of every pixel.
 *
 * @param outputs number of classes
 * @throws TaskweaveError `DATA_INVALID` for a picture of several channels, or a number that is neither a class nor 255
 */
export function decodeClasses(picture: Raster, outputs: number, subject: string): Planes<Int32Array> {
  const { width, height, channels } = picture;
  if (channels !== 1) throw invalidLabel(subject, `${channels} channels`, 'one: grey, or a palette');
  const data = Int32Array.from(picture.data);
  const wrong = data.findIndex((value) => value >= outputs && value !== NO_LABEL);
  if (wrong >= 0) {
    const expected = `a class from 0 to ${outputs - 1}, or ${NO_LABEL} for none`;
    throw invalidLabel(subject, `${data[wrong]} at ${placeOf(wrong, width)}`, expected);
  }
  return { width, height, channels, data };
}
