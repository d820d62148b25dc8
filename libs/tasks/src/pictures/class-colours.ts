import { IGNORED_COLOUR, type Oklab, type Rgb } from './colour.js';
import { differences, looks } from './colour-vision.js';

/** Colours there are; class 255 is not one. */
const COLOURS = 256;
/** Steps of red, green and blue among which colours are chosen. */
const GRID = [0, 32, 64, 96, 128, 160, 192, 224, 255] as const;
/** Lightness of colours that are not taken for black or white. */
const [DARKEST, LIGHTEST] = [0.38, 0.92] as const;
/** Least difference from the colour of no label. */
const LEAST = 0.16;
/** The colours of Okabe and Ito (2008) without black, which everybody can tell apart. */
const FIRST: readonly Rgb[] = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [86, 180, 233],
  [213, 94, 0],
  [240, 228, 66],
];

/** Ordinary eyes are used to more colours, and shall see more of a difference than others by this factor. */
const ORDINARY = 1 / 0.6;

let colours: readonly Rgb[] | undefined;

/**
 * The colour in which a class is drawn, the same in every picture. The first few are well apart also for the colour
 * blind; the more there are the closer they get.
 *
 * @param number of the class, 0..255
 */
export function classColour(number: number): Rgb {
  colours ??= chooseColours();
  return colours[number % COLOURS]!;
}

/** How well two colours can be told apart by those who can do it the worst. */
function difference(a: readonly Oklab[], b: readonly Oklab[]): number {
  const [ordinary = 0, ...others] = differences(a, b);
  return Math.min(ordinary / ORDINARY, ...others);
}

/** Takes again and again the colour of the grid that differs the most from all before it, and from no label. */
function chooseColours(): Rgb[] {
  const chosen = [...FIRST];
  const candidates = GRID.flatMap((red) =>
    GRID.flatMap((green) => GRID.map((blue): Rgb => [red, green, blue])),
  )
    .map((colour) => ({ colour, looks: looks(colour), distance: Infinity }))
    .filter(({ looks: [[lightness] = [0]] }) => lightness >= DARKEST && lightness <= LIGHTEST)
    .filter((candidate) => Math.min(...differences(candidate.looks, looks(IGNORED_COLOUR))) >= LEAST);
  const keepAway = (from: Rgb): void => {
    const those = looks(from);
    for (const candidate of candidates) {
      candidate.distance = Math.min(candidate.distance, difference(candidate.looks, those));
    }
  };
  chosen.forEach(keepAway);
  while (chosen.length < COLOURS) {
    const { colour } = candidates.reduce((best, candidate) =>
      candidate.distance > best.distance ? candidate : best,
    );
    chosen.push(colour);
    keepAway(colour);
  }
  return chosen;
}
