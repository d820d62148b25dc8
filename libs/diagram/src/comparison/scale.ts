/** A round number of a scale. */
export interface Tick {
  readonly value: number;
  /** With as many decimals as tell it from its neighbours. */
  readonly text: string;
}

/** Maps numbers of a panel onto a stretch of the page. */
export interface Scale {
  /** Round numbers within the scale, ascending; at least two. */
  readonly ticks: readonly Tick[];
  /** Place of a number, in pixels. */
  place(value: number): number;
}

/** The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is not below `least` (> 0). */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 2.5, 5, 10].find((factor) => power * factor >= least * (1 - 1e-9))!;
}

/**
 * A scale with room for all finite values; it need not begin at 0, as differences are what is looked for.
 *
 * @param from pixels of its lower end
 * @param to pixels of its upper end
 * @param most ticks, at least 2
 */
export function scaleFor(values: readonly number[], from: number, to: number, most = 6): Scale {
  const finite = values.filter(Number.isFinite);
  const [low, high] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  // A panel where all are nearly equal gets some width all the same: noise in a last digit should not look like much.
  const width = Math.max(high - low, Math.abs(high) * 1e-3, 1e-9);
  const middle = (low + high) / 2;
  const [first, last] = [middle - 0.56 * width, middle + 0.56 * width];
  const step = roundStep((last - first) / Math.max(2, most - 1));
  const place = (value: number): number => from + ((value - first) / (last - first)) * (to - from);
  const begin = Math.ceil(first / step);
  const decimals = decimalsOf(step);
  const ticks = Array.from({ length: Math.floor(last / step) - begin + 1 }, (_, k) => {
    const value = (begin + k) * step;
    return { value, text: value.toFixed(decimals).replace(/^-(0(\.0*)?)$/, '$1') };
  });
  return { ticks, place };
}

/** Decimals that a step of 1, 2, 2.5 or 5 times a power of ten needs. */
function decimalsOf(step: number): number {
  const power = Math.floor(Math.log10(step) + 1e-9);
  const extra = Math.abs(step / 10 ** power - 2.5) < 1e-6 ? 1 : 0;
  return Math.min(20, Math.max(0, extra - power));
}
