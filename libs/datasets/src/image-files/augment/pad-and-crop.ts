import { emptyPlanes, type Planes } from '../planes.js';

/** How much is added on the left and the right, or above and below: the whole of what is missing, on both sides. */
export function padding(size: number, wanted: number): number {
  return Math.max(0, wanted - size);
}

/**
 * A part of a map after it was padded.
 *
 * @param left column of the padded map at which the part begins
 * @param top row of the padded map at which it begins
 * @param fill what the padding is made of
 */
export function padAndCrop<P extends Planes>(
  from: P,
  {
    width,
    height,
    left,
    top,
    fill,
  }: { width: number; height: number; left: number; top: number; fill: number },
): P {
  const result = emptyPlanes(from, width, height);
  if (fill !== 0) result.data.fill(fill);
  const { channels } = from;
  const shiftX = left - padding(from.width, width);
  const shiftY = top - padding(from.height, height);
  const begin = Math.max(0, -shiftX);
  const end = Math.min(width, from.width - shiftX);
  if (end <= begin) return result;
  for (let y = Math.max(0, -shiftY); y < Math.min(height, from.height - shiftY); y++) {
    const source = ((y + shiftY) * from.width + begin + shiftX) * channels;
    const row = from.data.subarray(source, source + (end - begin) * channels);
    result.data.set(row, (y * width + begin) * channels);
  }
  return result;
}
