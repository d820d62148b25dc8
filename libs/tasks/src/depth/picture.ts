import type { Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { IGNORED } from '../ignored.js';
import { IGNORED_COLOUR, type Rgb } from '../pictures/colour.js';
import { exampleOf, paintLabel, paintOutput } from '../pictures/paint.js';
import { ramp } from '../pictures/ramp.js';

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Near dark and violet, far light and yellow, from the least to the greatest label; no label dark grey. */
export function drawDepth(label: HostTensor, example: number): Raster {
  const one = exampleOf(label, example);
  const range = rangeOf(one.data);
  return paintLabel(one, ([truth]) => (truth === IGNORED ? IGNORED_COLOUR : colourOf(truth!, range!)));
}

/** The same in the colours of the label's range, or of the prediction's own where there is no label. */
export function drawPredictedDepth(
  output: HostTensor,
  example: number,
  size: readonly [number, number],
  label: HostTensor | undefined,
): Raster {
  const one = exampleOf(output, example);
  const range = (label && rangeOf(exampleOf(label, example).data)) ??
    rangeOf(one.data) ?? { low: 0, high: 0 };
  return paintOutput(one, size, ([depth]) => colourOf(depth!, range));
}

/** Least and greatest number of what counts; undefined when nothing does. */
function rangeOf(depths: HostTensor['data']): Range | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const depth of depths) {
    if (depth === IGNORED || !Number.isFinite(depth)) continue;
    low = Math.min(low, depth);
    high = Math.max(high, depth);
  }
  return low <= high ? { low, high } : undefined;
}

function colourOf(depth: number, { low, high }: Range): Rgb {
  return ramp(high > low ? (depth - low) / (high - low) : 0.5);
}
