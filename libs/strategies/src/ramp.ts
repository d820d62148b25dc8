/** Shape of a {@link ramp}. */
export interface Ramp {
  /** Value up to the beginning of the period. */
  readonly start: number;
  /** Value from the end of the period on. */
  readonly end: number;
  /** Beginning and end as shares of all steps, 0 <= begin <= end <= 1. */
  readonly period: readonly [number, number];
  /** Exponent of the polynomial in between; 1 is a straight line. */
  readonly power: number;
}

/**
 * A value that moves polynomially from start to end over a part of the search, as the temperature and the weights
 * of the regularisers do in MTL-NAS (CVPR 2020):
 *
 *     end - (end - start) · (1 - (t - S·p0) / (S·p1 - S·p0))^power
 *
 * With the period [0, 0] it is `start` at step 0 and `end` ever after.
 *
 * @param step t, 0 <= t
 * @param steps S, number of steps of the search
 */
export function ramp(
  { start, end, period: [begin, finish], power }: Ramp,
  step: number,
  steps: number,
): number {
  if (step / steps <= begin) return start;
  if (step / steps >= finish) return end;
  const progress = (step - steps * begin) / (steps * finish - steps * begin);
  // Rounding may put the last step of a period a little beyond it, where a power of a negative number lurks.
  return end - (end - start) * Math.max(0, 1 - progress) ** power;
}
