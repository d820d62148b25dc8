import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { fabric, material, hsv, metal, woodOrPaint } from '../materials.js';
import { box, ellipsoid, legs, type Piece } from './piece.js';

/** A chair with four legs, or an office chair on one. */
export function chair(draws: Draws, office = false): Piece {
  const [width, depth] = [draws.between(0.4, 0.5), draws.between(0.42, 0.5)];
  const [seat, top] = [draws.between(0.42, 0.48), draws.between(0.8, 1.05)];
  const frame = office ? metal(draws) : woodOrPaint(draws);
  const cover = office || draws.chance(0.4) ? fabric(draws) : frame;
  const half = width / 2;
  const below = office
    ? [
        box(LABEL.chair, frame, [-0.04, 0.04], [0.05, seat], [depth / 2 - 0.04, depth / 2 + 0.04]),
        box(LABEL.chair, frame, [-0.25, 0.25], [0, 0.06], [depth / 2 - 0.04, depth / 2 + 0.04]),
        box(LABEL.chair, frame, [-0.04, 0.04], [0, 0.06], [0, depth]),
      ]
    : legs(LABEL.chair, frame, width, depth, seat, 0.045);
  return {
    solids: [
      ...below,
      box(LABEL.chair, cover, [-half, half], [seat - 0.05, seat + 0.02], [0, depth]),
      box(LABEL.chair, cover, [-half, half], [office ? seat + 0.12 : seat, top], [0, 0.05]),
    ],
    width,
    depth,
    height: top,
  };
}

/** A sofa; an armchair when narrow, which counts as a chair. */
export function sofa(draws: Draws, armchair = false): Piece {
  const label = armchair ? LABEL.chair : LABEL.bed;
  const width = armchair ? draws.between(0.75, 0.95) : draws.between(1.6, 2.4);
  const [depth, height] = [draws.between(0.8, 0.95), draws.between(0.75, 0.95)];
  const cover = fabric(draws);
  const half = width / 2;
  const cushion = fabric(draws);
  const at = draws.between(-half + 0.3, half - 0.3);
  return {
    solids: [
      box(label, cover, [-half, half], [0.06, 0.4], [0, depth]),
      box(label, cover, [-half, half], [0.4, height], [0, 0.22]),
      box(label, cover, [-half, -half + 0.16], [0.06, 0.6], [0, depth]),
      box(label, cover, [half - 0.16, half], [0.06, 0.6], [0, depth]),
      ...(armchair ? [] : [ellipsoid(label, cushion, [at - 0.22, at + 0.22], [0.4, 0.78], [0.2, 0.4])]),
    ],
    width,
    depth,
    height,
  };
}

/** A bed with its head at the wall: frame, mattress, blanket and pillows, all of one class. */
export function bed(draws: Draws): Piece {
  const double = draws.chance(0.6);
  const [width, depth] = [
    double ? draws.between(1.4, 1.8) : draws.between(0.9, 1.1),
    draws.between(1.9, 2.1),
  ];
  const [top, head] = [draws.between(0.4, 0.55), draws.between(0.75, 1.2)];
  const frame = woodOrPaint(draws);
  const linen = material(draws, 'mottled', hsv(0.12, draws.between(0, 0.1), draws.between(0.65, 0.85)));
  const blanket = fabric(draws);
  const half = width / 2;
  const pillows = (double ? [-half / 2, half / 2] : [0]).map((x) =>
    ellipsoid(LABEL.bed, linen, [x - 0.3, x + 0.3], [top - 0.05, top + 0.14], [0.08, 0.5]),
  );
  return {
    solids: [
      box(LABEL.bed, frame, [-half, half], [0, head], [0, 0.06]),
      box(LABEL.bed, frame, [-half, half], [0.08, top - 0.18], [0.06, depth]),
      box(LABEL.bed, linen, [-half + 0.03, half - 0.03], [top - 0.18, top], [0.06, depth - 0.03]),
      box(LABEL.bed, blanket, [-half, half], [top - 0.2, top + 0.04], [draws.between(0.55, 0.9), depth]),
      ...pillows,
    ],
    width,
    depth,
    height: head,
  };
}
