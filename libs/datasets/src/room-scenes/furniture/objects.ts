import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { hsv, leaves, material, metal, porcelain, vivid } from '../materials.js';
import type { Solid } from '../scene.js';
import { box, ellipsoid, type Piece } from './piece.js';

/** One small thing that stands on something: y from its foot, centred on x = z = 0. */
export function clutter(draws: Draws): Solid[] {
  const [half, height] = [draws.between(0.05, 0.14), draws.between(0.08, 0.32)];
  const skin = draws.chance(0.2) ? porcelain(draws) : vivid(draws);
  const form = draws.chance(0.5) ? box : ellipsoid;
  return [form(LABEL.object, skin, [-half, half], [0, height], [-half, half])];
}

/** A screen on a foot; y from the foot, its back at z = 0. */
export function screen(draws: Draws, width: number): Piece {
  const dark = material(draws, 'plain', hsv(0.6, 0.3, draws.between(0.02, 0.06)));
  const height = width * 0.58;
  return {
    solids: [
      box(LABEL.object, metal(draws), [-0.1, 0.1], [0, 0.1], [-0.05, 0.06]),
      box(LABEL.object, dark, [-width / 2, width / 2], [0.08, 0.08 + height], [-0.02, 0.02]),
    ],
    width,
    depth: 0.1,
    height: height + 0.08,
  };
}

/** A pot with a bush or a tree in it. */
export function plant(draws: Draws): Piece {
  const [radius, height] = [draws.between(0.13, 0.2), draws.between(0.7, 1.5)];
  const [pot, green] = [vivid(draws), leaves(draws)];
  const spread = radius * draws.between(1.2, 1.8);
  const centre = spread;
  const ball = (x: number, low: number, high: number, size: number): Solid =>
    ellipsoid(LABEL.object, green, [x - size, x + size], [low, high], [centre - size, centre + size]);
  return {
    solids: [
      box(LABEL.object, pot, [-radius, radius], [0, 0.3], [centre - radius, centre + radius]),
      ball(-spread * 0.3, 0.28, height * 0.8, spread * 0.8),
      ball(spread * 0.25, 0.3, height, spread * 0.75),
    ],
    width: 2 * spread,
    depth: 2 * spread,
    height,
  };
}

/** A bin, a stool-high crate or a ball on the floor. */
export function floorThing(draws: Draws): Piece {
  const half = draws.between(0.13, 0.22);
  const height = draws.between(0.25, 0.5);
  const form = draws.chance(0.6) ? box : ellipsoid;
  return {
    solids: [form(LABEL.object, vivid(draws), [-half, half], [0, height], [0, 2 * half])],
    width: 2 * half,
    depth: 2 * half,
    height,
  };
}

export function bathtub(draws: Draws): Piece {
  const [width, depth, height] = [draws.between(1.4, 1.8), draws.between(0.7, 0.85), draws.between(0.5, 0.6)];
  const white = porcelain(draws);
  const half = width / 2;
  const rim = 0.08;
  return {
    solids: [
      box(LABEL.object, white, [-half, half], [0, 0.15], [0, depth]),
      box(LABEL.object, white, [-half, half], [0, height], [0, rim]),
      box(LABEL.object, white, [-half, half], [0, height], [depth - rim, depth]),
      box(LABEL.object, white, [-half, -half + rim], [0, height], [0, depth]),
      box(LABEL.object, white, [half - rim, half], [0, height], [0, depth]),
    ],
    width,
    depth,
    height,
  };
}

export function toilet(draws: Draws): Piece {
  const white = porcelain(draws);
  return {
    solids: [
      box(LABEL.object, white, [-0.2, 0.2], [0.3, 0.8], [0, 0.17]),
      box(LABEL.object, white, [-0.12, 0.12], [0, 0.32], [0.1, 0.5]),
      ellipsoid(LABEL.object, white, [-0.2, 0.2], [0.26, 0.46], [0.12, 0.68]),
    ],
    width: 0.42,
    depth: 0.68,
    height: 0.8,
  };
}
