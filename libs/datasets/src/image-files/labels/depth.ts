import type { Raster } from '@taskweave/images';
import type { Npy } from '../npy.js';
import type { Planes } from '../planes.js';
import { invalidLabel, placeOf } from './invalid-label.js';
import type { LabelFormat } from './label-format.js';
import { NO_LABEL } from './no-label.js';

type Depth = Extract<LabelFormat, { kind: 'depth' }>;

/**
 * Distance of every pixel, or its natural logarithm; 255 where there is none.
 *
 * @throws TaskweaveError `DATA_INVALID` for another shape, an image where logarithms are stored, or a number above 255,
 *   which stands for "none"
 */
export function decodeDepth(
  stored: Raster | Npy,
  { unit, logarithm = 'none' }: Depth,
  subject: string,
): Planes<Float32Array> {
  const [height = 0, width = 0] = 'shape' in stored ? stored.shape : [stored.height, stored.width];
  if ('shape' in stored ? stored.shape.length !== 2 : stored.channels !== 1) {
    const found = 'shape' in stored ? `shape (${stored.shape.join(', ')})` : `${stored.channels} channels`;
    throw invalidLabel(subject, found, 'one number per pixel');
  }
  if (logarithm === 'stored' && !('shape' in stored)) {
    throw invalidLabel(subject, 'an image', 'a .npy, as logarithms may be negative');
  }
  const distance = 'shape' in stored ? (value: number) => value : distanceOfSteps(stored, unit);
  const label = (value: number): number => {
    if (logarithm === 'stored') return Number.isFinite(value) ? value : NO_LABEL;
    const metres = distance(value);
    if (!(metres > 0 && Number.isFinite(metres))) return NO_LABEL;
    return logarithm === 'taken' ? Math.log(metres) : metres;
  };
  const data = Float32Array.from(stored.data, label);
  const wrong = data.findIndex((value) => value > NO_LABEL);
  if (wrong >= 0) {
    const what = logarithm === 'none' ? 'distances' : 'logarithms of distances';
    throw invalidLabel(subject, `${data[wrong]} at ${placeOf(wrong, width)}`, `${what} below ${NO_LABEL}`);
  }
  return { width, height, channels: 1, data };
}

/** From the number of an image to the distance; 0 for none. */
function distanceOfSteps({ data }: Raster, unit: number): (value: number) => number {
  const largest = data instanceof Uint16Array ? 65_535 : 255;
  return (value) => (value < largest ? value * unit : 0);
}
