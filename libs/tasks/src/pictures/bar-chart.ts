import { raster, type Raster } from '@taskweave/images';
import type { Rgb } from './colour.js';
import { drawText, fillBox, textHeight, textWidth } from './digits.js';

/** One class of a chart. */
export interface Bar {
  /** Number of the class. */
  readonly name: number;
  /** Its probability, 0..1: length of the bar. */
  readonly value: number;
  /** Whether it is the true one, which gets a triangle beside its number and a bar of another colour. */
  readonly isTrue: boolean;
  /** The probability it should have: a tick across the bar. */
  readonly target?: number;
}

/** Bars that a chart has room for. */
export const MAX_BARS = 5;

const [INK, BAR, TRUE_BAR, TRACK]: readonly Rgb[] = [
  [30, 30, 30],
  [150, 150, 150],
  [0, 114, 178],
  [232, 232, 232],
];
const SCALE = 2;
const MARGIN = 5;
const ROW = 18;
const NAME_LEFT = MARGIN + 8;
const BAR_LEFT = NAME_LEFT + textWidth(3, SCALE) + 5;
const BAR_WIDTH = 64;
const NUMBER_LEFT = BAR_LEFT + BAR_WIDTH + 5;
const WIDTH = NUMBER_LEFT + textWidth(4, SCALE) + MARGIN;
const HEIGHT = 2 * MARGIN + MAX_BARS * ROW - (ROW - textHeight(SCALE));

/**
 * Classes and their probabilities as bars, from the top: number of the class, bar, probability. Every chart has the
 * same size, 144 x 92 pixels.
 *
 * @param bars at most {@link MAX_BARS} are drawn; numbers of classes have room up to 999
 */
export function barChart(bars: readonly Bar[]): Raster {
  const chart = raster(WIDTH, HEIGHT, 3);
  chart.data.fill(255);
  bars.slice(0, MAX_BARS).forEach(({ name, value, isTrue, target }, row) => {
    const top = MARGIN + row * ROW;
    const high = textHeight(SCALE);
    if (isTrue) drawTriangle(chart, MARGIN, top, high);
    const digits = String(name).slice(-3);
    drawText(chart, digits, [BAR_LEFT - 5 - textWidth(digits.length, SCALE), top], SCALE, INK!);
    fillBox(chart, [BAR_LEFT, top, BAR_WIDTH, high], TRACK!);
    fillBox(chart, [BAR_LEFT, top, lengthOf(value), high], isTrue ? TRUE_BAR! : BAR!);
    if (target !== undefined) fillBox(chart, [BAR_LEFT + lengthOf(target) - 1, top - 2, 2, high + 4], INK!);
    drawText(chart, value.toFixed(2), [NUMBER_LEFT, top], SCALE, INK!);
  });
  return chart;
}

function lengthOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
}

/** Points at the row's number. */
function drawTriangle(onto: Raster, left: number, top: number, high: number): void {
  const half = high / 2;
  for (let y = 0; y < high; y++) {
    const reach = Math.round(5 * (1 - Math.abs(y + 0.5 - half) / half)) + 1;
    fillBox(onto, [left, top + y, reach, 1], TRUE_BAR!);
  }
}
