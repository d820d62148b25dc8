import type { Raster } from '@taskweave/images';
import type { Rgb } from './colour.js';

const WIDTH = 3;
const HEIGHT = 5;
/** Rows of each character from the top, three pixels each, `#` set. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '####.##.##.####',
  '1': '.#.##..#..#.###',
  '2': '##...#.#.#..###',
  '3': '##...#.#...###.',
  '4': '#.##.####..#..#',
  '5': '####..##...###.',
  '6': '.###..####.####',
  '7': '###..#.#..#..#.',
  '8': '####.#####.####',
  '9': '####.####..###.',
  '.': '.............#.',
};

/** Height of text in pixels. */
export function textHeight(scale: number): number {
  return HEIGHT * scale;
}

/** Width of that many characters in pixels. */
export function textWidth(characters: number, scale: number): number {
  return Math.max(0, characters * (WIDTH + 1) - 1) * scale;
}

/**
 * Draws digits and points; anything else is left empty.
 *
 * @param onto RGB
 * @param scale side of a dot in pixels
 */
export function drawText(
  onto: Raster,
  text: string,
  [left, top]: readonly [number, number],
  scale: number,
  colour: Rgb,
): void {
  [...text].forEach((character, place) => {
    [...(GLYPHS[character] ?? '')].forEach((dot, i) => {
      if (dot !== '#') return;
      const x = left + (place * (WIDTH + 1) + (i % WIDTH)) * scale;
      const y = top + Math.floor(i / WIDTH) * scale;
      fillBox(onto, [x, y, scale, scale], colour);
    });
  });
}

/** Fills a box, whatever of it lies on the picture. */
export function fillBox(
  { width, height, data }: Raster,
  [left, top, wide, high]: readonly [left: number, top: number, width: number, height: number],
  colour: Rgb,
): void {
  for (let y = Math.max(0, top); y < Math.min(height, top + high); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + wide); x++)
      data.set(colour, 3 * (y * width + x));
  }
}
