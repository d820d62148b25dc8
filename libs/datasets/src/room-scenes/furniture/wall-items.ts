/** What hangs on or stands in a wall: y from the middle of its height, its back at z = 0. */
import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { hsv, material, metal, paint, shade, vivid, wood, woodOrPaint } from '../materials.js';
import type { Material, Solid } from '../scene.js';
import { box, type Piece } from './piece.js';

/** Four strips around a rectangle. */
function frame(
  label: number,
  skin: Material,
  width: number,
  height: number,
  strip: number,
  depth: number,
): Solid[] {
  const [x, y] = [width / 2, height / 2];
  return [
    box(label, skin, [-x, x], [y - strip, y], [0, depth]),
    box(label, skin, [-x, x], [-y, -y + strip], [0, depth]),
    box(label, skin, [-x, -x + strip], [-y, y], [0, depth]),
    box(label, skin, [x - strip, x], [-y, y], [0, depth]),
  ];
}

/** A bright window with a frame and a mullion. */
export function windowItem(draws: Draws, size: 'large' | 'small'): Piece {
  const width = size === 'large' ? draws.between(0.9, 1.9) : draws.between(0.5, 0.8);
  const height = size === 'large' ? draws.between(0.95, 1.3) : draws.between(0.5, 0.7);
  const sky = hsv(draws.between(0.52, 0.62), draws.between(0.05, 0.45), draws.between(0.7, 1));
  const ground = draws.chance(0.6)
    ? hsv(draws.between(0.2, 0.35), draws.between(0.2, 0.5), draws.between(0.2, 0.45))
    : hsv(0.08, 0.1, draws.between(0.3, 0.6));
  const outside = material(draws, 'sky', sky, ground, height, draws.between(0.6, 1.6));
  const skin = draws.chance(0.7) ? paint(draws) : wood(draws);
  return {
    solids: [
      box(LABEL.window, outside, [-width / 2, width / 2], [-height / 2, height / 2], [0, 0.02]),
      ...frame(LABEL.window, skin, width, height, 0.06, 0.06),
      ...(width > 0.9 ? [box(LABEL.window, skin, [-0.03, 0.03], [-height / 2, height / 2], [0, 0.05])] : []),
    ],
    width,
    depth: 0.06,
    height,
  };
}

export function door(draws: Draws): Piece {
  const [width, height] = [draws.between(0.8, 0.95), draws.between(1.95, 2.1)];
  const leaf = woodOrPaint(draws);
  const panelled = draws.chance(0.7)
    ? material(draws, 'panels', leaf.base, shade(leaf.base, 0.5), width * 0.62)
    : leaf;
  const trim = draws.chance(0.5) ? leaf : paint(draws);
  const knob = (draws.chance(0.5) ? -1 : 1) * (width / 2 - 0.12);
  return {
    solids: [
      box(
        LABEL.door,
        panelled,
        [-width / 2 + 0.05, width / 2 - 0.05],
        [-height / 2, height / 2 - 0.05],
        [0, 0.03],
      ),
      ...frame(LABEL.door, trim, width, height, 0.07, 0.06).filter((_, i) => i !== 1),
      box(LABEL.door, metal(draws), [knob - 0.05, knob + 0.05], [-0.06, 0], [0.02, 0.09]),
    ],
    width,
    depth: 0.06,
    height,
  };
}

export function picture(draws: Draws): Piece {
  const [width, height] = [draws.between(0.35, 1.1), draws.between(0.35, 0.8)];
  const motif = material(draws, 'painting', vivid(draws).base, vivid(draws).base, draws.between(0.15, 0.4));
  const skin = draws.chance(0.5) ? metal(draws) : wood(draws);
  return {
    solids: [
      box(LABEL.picture, motif, [-width / 2, width / 2], [-height / 2, height / 2], [0, 0.025]),
      ...frame(LABEL.picture, skin, width, height, 0.04, 0.04),
    ],
    width,
    depth: 0.04,
    height,
  };
}

/** A mirror or a flat screen: an object. */
export function panel(draws: Draws, kind: 'mirror' | 'screen'): Piece {
  const width = kind === 'mirror' ? draws.between(0.5, 0.9) : draws.between(0.9, 1.4);
  const height = kind === 'mirror' ? draws.between(0.5, 0.9) : width * 0.58;
  const surface =
    kind === 'mirror'
      ? material(draws, 'sky', hsv(0.55, 0.08, 0.7), hsv(0.1, 0.15, 0.5), height, 0.15)
      : material(draws, 'plain', hsv(0.6, 0.3, draws.between(0.01, 0.05)));
  return {
    solids: [box(LABEL.object, surface, [-width / 2, width / 2], [-height / 2, height / 2], [0, 0.05])],
    width,
    depth: 0.05,
    height,
  };
}
