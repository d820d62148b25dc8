/** Colours and type of the drawing. It has a background of its own, so that it reads the same on light and dark pages. */

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Widest usual character of that font in em: texts are cut to fit by it. */
const CHARACTER_WIDTH = 0.62;

/** Room (px) that a number of characters of a font size (px) surely needs no more than. */
export function widthOf(characters: number, fontSize: number): number {
  return characters * fontSize * CHARACTER_WIDTH;
}

/** How many characters of a font size (px) surely fit into a width (px). */
export function charactersIn(width: number, fontSize: number): number {
  return Math.max(1, Math.floor(width / widthOf(1, fontSize)));
}

export const INK = '#1b2330';
export const MUTED = '#5b6675';
export const PAPER = '#ffffff';
export const FRAME = '#d5dbe3';
export const BAND = '#f3f5f8';
export const SPINE = '#9aa5b4';

/** Dark enough for thin lines on white, hues as far apart as six allow. */
const DIRECTIONS = ['#0067b1', '#d1490c', '#00835d', '#7d3fb8', '#a87800', '#c81d73'];

/** Colour of direction `index` out of `count`; beyond six, evenly spread hues. */
export function directionColor(index: number, count: number): string {
  if (count <= DIRECTIONS.length) return DIRECTIONS[index]!;
  return `hsl(${Math.round((360 * index) / count)}, 75%, ${index % 2 === 0 ? 34 : 44}%)`;
}
