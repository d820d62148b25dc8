import type { Raster } from '@taskweave/images';
import type { HostTensor } from '@taskweave/engine';
import { bestClass, softmax } from '../classification/ranking.js';
import { exampleOf } from '../pictures/paint.js';
import { chartOf } from '../pictures/top-classes.js';

/** The likeliest classes of the target as bars, the likeliest marked. */
export function drawTarget(label: HostTensor, example: number): Raster {
  const target = exampleOf(label, example).data;
  return chartOf(Array.from(target), bestClass(target));
}

/** The likeliest predicted classes as bars, with a tick where each should end; the target's likeliest is marked. */
export function drawDistribution(output: HostTensor, example: number, label: HostTensor | undefined): Raster {
  const probabilities = softmax(exampleOf(output, example).data);
  if (label === undefined) return chartOf(probabilities);
  const target = exampleOf(label, example).data;
  return chartOf(probabilities, bestClass(target), target);
}
