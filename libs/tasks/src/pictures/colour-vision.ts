import { linear, oklab, type Oklab, type Rgb } from './colour.js';

type Matrix = readonly (readonly [number, number, number])[];

/**
 * What light turns into for eyes without the cones for long or for medium wavelengths (Viénot, Brettel and Mollon,
 * 1999), after ordinary eyes.
 */
const EYES: readonly Matrix[] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.109, 0.891, 0],
    [0.109, 0.891, 0],
    [0.0045, -0.0045, 1],
  ],
  [
    [0.29, 0.71, 0],
    [0.29, 0.71, 0],
    [-0.022, 0.022, 1],
  ],
];

/** How a colour looks to ordinary, protanopic and deuteranopic eyes. */
export function looks(colour: Rgb): Oklab[] {
  const light = linear(colour);
  return EYES.map((matrix) => {
    const [red, green, blue] = matrix.map((row) =>
      Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]),
    ) as [number, number, number];
    return oklab([red, green, blue]);
  });
}

/** How different two colours look to each of those eyes: 0 equal, 1 black and white. */
export function differences(a: readonly Oklab[], b: readonly Oklab[]): number[] {
  return a.map(([l, x, y], eye) => {
    const [l2, x2, y2] = b[eye]!;
    return Math.hypot(l - l2, x - x2, y - y2);
  });
}
