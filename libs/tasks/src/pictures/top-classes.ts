import type { Raster } from '@taskweave/images';
import { rankOf } from '../classification/ranking.js';
import { MAX_BARS, barChart } from './bar-chart.js';

/**
 * The classes of the highest scores, best first; of equal scores the lower class number comes first.
 *
 * @param count at most
 */
export function topClasses(scores: ArrayLike<number>, count: number): number[] {
  const top: number[] = [];
  for (let c = 0; c < scores.length; c++) {
    const rank = rankOf(scores, c);
    if (rank < count) top[rank] = c;
  }
  return top;
}

/**
 * A chart of the likeliest classes.
 *
 * @param truth the true class; if it is not among the likeliest, it takes the place of the last one
 * @param target the probabilities that there should be
 */
export function chartOf(
  probabilities: readonly number[],
  truth?: number,
  target?: ArrayLike<number>,
): Raster {
  const top = topClasses(probabilities, MAX_BARS);
  if (truth !== undefined && !top.includes(truth)) top.splice(MAX_BARS - 1, 1, truth);
  return barChart(
    top.map((name) => ({
      name,
      value: probabilities[name]!,
      isTrue: name === truth,
      ...(target !== undefined && { target: target[name]! }),
    })),
  );
}
