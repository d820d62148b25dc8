import { NO_LABEL } from '../labels/no-label.js';
import { emptyPlanes, type Planes } from '../planes.js';

/** Left and right swapped. */
export function mirror<P extends Planes>(from: P): P {
  const { width, height, channels } = from;
  const result = emptyPlanes(from, width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) result.data[to + c] = from.data[source + c]!;
    }
  }
  return result;
}

/**
 * Turns the x component of normals around in place, as seen in a mirror. The published code of MTL-NAS and NDDR-CNN
 * leaves this out.
 *
 * @param raw whether components are bytes around 127.5, rather than numbers around 0
 */
export function negateX({ data }: Planes, raw: boolean): void {
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] === NO_LABEL && data[at + 1] === NO_LABEL && data[at + 2] === NO_LABEL) continue;
    data[at] = (raw ? 255 : 0) - data[at]!;
  }
}
