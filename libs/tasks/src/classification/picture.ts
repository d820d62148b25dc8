import type { Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { barChart } from '../pictures/bar-chart.js';
import { chartOf } from '../pictures/top-classes.js';
import { exampleOf } from '../pictures/paint.js';
import { softmax } from './ranking.js';

/** A chart with one bar, the true class. */
export function drawClass(label: HostTensor, example: number): Raster {
  return barChart([{ name: label.data[example]!, value: 1, isTrue: true }]);
}

/** The likeliest classes as bars; the true one is marked, and takes the last place if it is none of them. */
export function drawProbabilities(
  output: HostTensor,
  example: number,
  label: HostTensor | undefined,
): Raster {
  const probabilities = softmax(exampleOf(output, example).data);
  return chartOf(probabilities, label?.data[example]);
}
