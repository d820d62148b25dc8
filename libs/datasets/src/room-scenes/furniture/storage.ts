import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { hsv, material, metal, paint, porcelain, shade, woodOrPaint } from '../materials.js';
import type { Material, Solid } from '../scene.js';
import { clutter, screen } from './objects.js';
import { tableLamp } from './lamps.js';
import { box, moved, type Piece } from './piece.js';

/** The same paint or wood in panels, as doors and drawers show it. */
function fronts(draws: Draws, skin: Material, scale: number): Material {
  return material(draws, 'panels', skin.base, shade(skin.base, 0.45), scale);
}

function chest(draws: Draws, width: number, depth: number, height: number, panel: number): Solid[] {
  const skin = woodOrPaint(draws);
  const half = width / 2;
  return [
    box(LABEL.cabinet, skin, [-half, half], [0, height], [0, depth - 0.02]),
    box(
      LABEL.cabinet,
      fronts(draws, skin, panel),
      [-half + 0.01, half - 0.01],
      [0.06, height - 0.02],
      [0, depth],
    ),
  ];
}

export function wardrobe(draws: Draws): Piece {
  const [width, depth, height] = [draws.between(0.9, 1.8), draws.between(0.5, 0.65), draws.between(1.8, 2.2)];
  return { solids: chest(draws, width, depth, height, width / draws.pick([1, 3])), width, depth, height };
}

/** A chest of drawers, a sideboard or a nightstand, with something on it. */
export function lowCabinet(draws: Draws, carries: 'lamp' | 'screen' | 'clutter'): Piece {
  const small = carries === 'lamp';
  const width = small ? draws.between(0.4, 0.55) : draws.between(0.9, 1.6);
  const [depth, height] = [draws.between(0.35, 0.48), draws.between(0.42, small ? 0.6 : 0.85)];
  const onTop =
    carries === 'lamp'
      ? tableLamp(draws).solids
      : carries === 'screen'
        ? screen(draws, draws.between(0.7, 1.2)).solids
        : clutter(draws);
  const x = small ? 0 : draws.between(-0.25, 0.25) * width * (carries === 'screen' ? 0.3 : 1);
  return {
    solids: [
      ...chest(draws, width, depth, height, width / draws.pick([1, 3])),
      ...onTop.map((one) => moved(one, x, height, depth / 2, 0)),
    ],
    width,
    depth,
    height,
  };
}

/** Open shelves with rows of books. */
export function bookshelf(draws: Draws): Piece {
  const [width, depth, height] = [
    draws.between(0.7, 1.4),
    draws.between(0.28, 0.38),
    draws.between(1.2, 2.1),
  ];
  const skin = woodOrPaint(draws);
  const half = width / 2;
  const rows = Math.max(3, Math.round(height / 0.38));
  const solids: Solid[] = [
    box(LABEL.cabinet, skin, [-half, -half + 0.04], [0, height], [0, depth]),
    box(LABEL.cabinet, skin, [half - 0.04, half], [0, height], [0, depth]),
    box(LABEL.cabinet, skin, [-half, half], [0, height], [0, 0.04]),
  ];
  for (let row = 0; row <= rows; row++) {
    const y = (row * (height - 0.04)) / rows;
    solids.push(box(LABEL.cabinet, skin, [-half, half], [y, y + 0.04], [0, depth]));
    if (row === rows || draws.chance(0.2)) continue;
    const books = material(draws, 'books', hsv(draws.between(0, 1), 0.6, 0.5), undefined, 0.05);
    const right = -half + width * draws.between(0.4, 0.95);
    solids.push(
      box(
        LABEL.cabinet,
        books,
        [-half + 0.04, right],
        [y + 0.04, y + draws.between(0.24, 0.32)],
        [0, depth - 0.06],
      ),
    );
  }
  return { solids, width, depth, height };
}

/** A row of kitchen cupboards with a worktop, a cooker and things on it, and wall cupboards above. */
export function kitchenRow(draws: Draws, width: number): Piece {
  const [depth, height] = [0.6, draws.between(0.86, 0.94)];
  const skin = paint(draws);
  const doors = fronts(draws, skin, draws.between(0.45, 0.6));
  const top = woodOrPaint(draws);
  const half = width / 2;
  const cooker = draws.between(-half + 0.35, half - 0.35);
  const above = draws.chance(0.75) ? draws.between(0.5, 0.9) : 0;
  const from = draws.between(-half, half - width * above);
  const things = Array.from({ length: draws.integer(0, 3) }, () =>
    clutter(draws).map((one) => moved(one, draws.between(-0.45, 0.45) * width, height + 0.04, 0.25, 0)),
  );
  const dark = metal(draws);
  return {
    solids: [
      box(LABEL.cabinet, doors, [-half, half], [0.08, height], [0, depth - 0.03]),
      box(LABEL.cabinet, top, [-half, half], [height, height + 0.04], [0, depth]),
      box(LABEL.object, dark, [cooker - 0.3, cooker + 0.3], [0.1, height + 0.05], [0.05, depth + 0.01]),
      ...(above > 0
        ? [box(LABEL.cabinet, doors, [from, from + width * above], [1.45, 2.15], [0, 0.35])]
        : []),
      ...things.flat(),
    ],
    width,
    depth,
    height: above > 0 ? 2.15 : height,
  };
}

/** A tall fridge; counts as an object. */
export function fridge(draws: Draws): Piece {
  const [width, depth, height] = [draws.between(0.58, 0.75), 0.62, draws.between(1.5, 1.95)];
  const skin = draws.chance(0.5) ? porcelain(draws) : metal(draws);
  const half = width / 2;
  return {
    solids: [
      box(LABEL.object, fronts(draws, skin, width), [-half, half], [0.03, height], [0, depth]),
      box(
        LABEL.object,
        metal(draws),
        [half - 0.1, half - 0.07],
        [height * 0.4, height * 0.75],
        [depth, depth + 0.04],
      ),
    ],
    width,
    depth,
    height,
  };
}

/** A cupboard with a basin on it. */
export function washstand(draws: Draws): Piece {
  const [width, depth, height] = [
    draws.between(0.6, 1.1),
    draws.between(0.42, 0.52),
    draws.between(0.72, 0.84),
  ];
  const white = porcelain(draws);
  return {
    solids: [
      ...chest(draws, width, depth, height, width / 3),
      box(LABEL.object, white, [-width * 0.4, width * 0.4], [height, height + 0.12], [0.04, depth + 0.02]),
      box(LABEL.object, metal(draws), [-0.02, 0.02], [height + 0.1, height + 0.28], [0.04, 0.12]),
    ],
    width,
    depth,
    height: height + 0.28,
  };
}
