import { dropout as dropElements, type Tensor } from '@taskweave/engine';
import type { ForwardContext } from '../forward-context.js';

/**
 * Sets elements to 0 with probability `rate` and multiplies the others by 1 / (1 - rate), while training with random
 * numbers given; otherwise leaves `x` as it is.
 *
 * @param name unique within a network: layers of other names drop other elements
 * @param rate 0 <= rate < 1
 */
export function dropout({ training, random }: ForwardContext, name: string, x: Tensor, rate: number): Tensor {
  if (!training || random === undefined) return x;
  const { seed, step, pass } = random;
  return dropElements(x, rate, { seed, step, stream: `dropout/${pass}/${name}` });
}
