import type { Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { bestClass } from '../classification/ranking.js';
import { IGNORED } from '../ignored.js';
import { classColour } from '../pictures/class-colours.js';
import { IGNORED_COLOUR } from '../pictures/colour.js';
import { exampleOf, paintLabel, paintOutput } from '../pictures/paint.js';

/** Every class in its colour, pixels without a label dark grey. */
export function drawClasses(label: HostTensor, example: number): Raster {
  return paintLabel(exampleOf(label, example), ([truth]) =>
    truth === IGNORED ? IGNORED_COLOUR : classColour(truth!),
  );
}

/** The likeliest class of each pixel in its colour. */
export function drawLikeliest(output: HostTensor, example: number, size: readonly [number, number]): Raster {
  return paintOutput(exampleOf(output, example), size, (scores) => classColour(bestClass(scores)));
}
