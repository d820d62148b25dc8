import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { lampshade, metal } from '../materials.js';
import type { Solid } from '../scene.js';
import { box, ellipsoid, type Piece } from './piece.js';

function shadeOf(draws: Draws, radius: number, low: number, high: number, z: number): Solid {
  const form = draws.chance(0.5) ? box : ellipsoid;
  return form(LABEL.lamp, lampshade(draws), [-radius, radius], [low, high], [z - radius, z + radius]);
}

export function floorLamp(draws: Draws): Piece {
  const [height, radius] = [draws.between(1.4, 1.8), draws.between(0.17, 0.26)];
  const pole = metal(draws);
  return {
    solids: [
      box(LABEL.lamp, pole, [-0.14, 0.14], [0, 0.03], [radius - 0.14, radius + 0.14]),
      box(LABEL.lamp, pole, [-0.025, 0.025], [0, height - 0.25], [radius - 0.025, radius + 0.025]),
      shadeOf(draws, radius, height - 0.38, height, radius),
    ],
    width: 2 * radius,
    depth: 2 * radius,
    height,
  };
}

/** Stands on something: y from its foot, centred on x = z = 0. */
export function tableLamp(draws: Draws): Piece {
  const [height, radius] = [draws.between(0.38, 0.55), draws.between(0.12, 0.18)];
  return {
    solids: [
      box(LABEL.lamp, metal(draws), [-0.04, 0.04], [0, height - 0.15], [-0.04, 0.04]),
      shadeOf(draws, radius, height - 0.24, height, 0),
    ],
    width: 2 * radius,
    depth: 2 * radius,
    height,
  };
}

/** Hangs from the ceiling: y downwards from 0, centred on x = z = 0. */
export function ceilingLamp(draws: Draws): Piece {
  const [drop, radius] = [draws.between(0.02, 0.45), draws.between(0.18, 0.32)];
  const thickness = draws.between(0.12, 0.28);
  return {
    solids: [
      box(LABEL.lamp, metal(draws), [-0.02, 0.02], [-drop - 0.02, 0], [-0.02, 0.02]),
      shadeOf(draws, radius, -drop - thickness, -drop, 0),
    ],
    width: 2 * radius,
    depth: 2 * radius,
    height: drop + thickness,
  };
}
