import type { Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import { IGNORED_COLOUR, type Rgb } from '../pictures/colour.js';
import { exampleOf, paintLabel, paintOutput } from '../pictures/paint.js';

/** Directions as colours, pixels without a label dark grey. */
export function drawNormals(label: HostTensor, example: number): Raster {
  return paintLabel(exampleOf(label, example), (vector) =>
    Array.from(vector).every((x) => x === IGNORED) ? IGNORED_COLOUR : colourOf(vector),
  );
}

/** Predicted directions as colours. */
export function drawPredictedNormals(
  output: HostTensor,
  example: number,
  size: readonly [number, number],
): Raster {
  return paintOutput(exampleOf(output, example), size, colourOf);
}

/** x, y and z of the unit vector as red, green and blue: -1 black, 1 full. A vector of length 0 is grey. */
function colourOf(vector: ArrayLike<number>): Rgb {
  const length = Math.hypot(vector[0]!, vector[1]!, vector[2]!) || 1;
  const shade = (x: number): number => Math.round((x / length + 1) * 127.5);
  return [shade(vector[0]!), shade(vector[1]!), shade(vector[2]!)];
}
