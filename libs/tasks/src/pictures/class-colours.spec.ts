import { expect, it } from 'vitest';
import { classColour } from './class-colours.js';
import { IGNORED_COLOUR } from './colour.js';
import { difference, looks } from './colour-vision.js';

const colours = Array.from({ length: 256 }, (_, number) => classColour(number));

/** The least difference between any two of the first colours, for the eyes that see it the worst. */
function least(count: number): number {
  const first = colours.slice(0, count).map(looks);
  return Math.min(...first.flatMap((a, i) => first.slice(0, i).map((b) => difference(a, b))));
}

it('no two of 256 classes have one colour, and none that of no label', () => {
  expect(new Set([...colours, IGNORED_COLOUR].map((colour) => colour.join())).size).toBe(257);
  const ignored = looks(IGNORED_COLOUR);
  for (const colour of colours) expect(difference(looks(colour), ignored)).toBeGreaterThan(0.15);
});

it('classes of common data sets can be told apart by the colour blind', () => {
  // Neighbouring shades of grey, one step of 255, differ by about 0.003.
  expect(least(13)).toBeGreaterThan(0.07);
  expect(least(40)).toBeGreaterThan(0.045);
});

it('a class has the same colour in every release', () => {
  expect(colours.slice(0, 9)).toEqual([
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [213, 94, 0],
    [240, 228, 66],
    [0, 0, 255],
    [128, 255, 255],
  ]);
});

it('red and green look alike to deuteranopic eyes and not to others', () => {
  const [red, green] = [looks([170, 110, 0]), looks([100, 140, 0])];
  expect(difference(red.slice(0, 1), green.slice(0, 1))).toBeGreaterThan(2 * difference(red, green));
});
