import { expect, it } from 'vitest';
import { classColour } from './class-colours.js';
import { IGNORED_COLOUR } from './colour.js';
import { differences, looks } from './colour-vision.js';

const colours = Array.from({ length: 256 }, (_, number) => classColour(number));

/** The least difference between any two of the first colours, for ordinary, protanopic and deuteranopic eyes. */
function least(count: number): number[] {
  const first = colours.slice(0, count).map(looks);
  const pairs = first.flatMap((a, i) => first.slice(0, i).map((b) => differences(a, b)));
  return [0, 1, 2].map((eye) => Math.min(...pairs.map((pair) => pair[eye]!)));
}

it('no two of 256 classes have one colour, and none that of no label', () => {
  expect(new Set([...colours, IGNORED_COLOUR].map((colour) => colour.join())).size).toBe(257);
  const ignored = looks(IGNORED_COLOUR);
  for (const colour of colours)
    for (const one of differences(looks(colour), ignored)) expect(one).toBeGreaterThan(0.15);
});

it('classes of common data sets can be told apart by the colour blind', () => {
  // Neighbouring shades of grey, one step of 255, differ by about 0.003.
  const [ordinary, ...others] = least(13);
  expect(ordinary).toBeGreaterThan(0.12);
  for (const one of others) expect(one).toBeGreaterThan(0.07);
  for (const one of least(40)) expect(one).toBeGreaterThan(0.04);
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
    [128, 0, 255],
    [224, 224, 255],
  ]);
});

it('red and green look alike to deuteranopic eyes and not to others', () => {
  const [ordinary, , deuteranopic] = differences(looks([170, 110, 0]), looks([100, 140, 0]));
  expect(ordinary).toBeGreaterThan(2 * deuteranopic!);
});
