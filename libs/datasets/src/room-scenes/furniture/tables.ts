import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { metal, woodOrPaint } from '../materials.js';
import type { Solid } from '../scene.js';
import { box, legs, moved, type Piece } from './piece.js';
import { clutter, screen } from './objects.js';
import { tableLamp } from './lamps.js';

interface TableSize {
  readonly width: readonly [number, number];
  readonly depth: readonly [number, number];
  readonly height: readonly [number, number];
  /** How many small things lie on it at most. */
  readonly clutter: number;
}

/** Sizes in metres. */
export const TABLES = {
  dining: { width: [1, 1.8], depth: [0.75, 0.95], height: [0.7, 0.78], clutter: 3 },
  coffee: { width: [0.8, 1.3], depth: [0.5, 0.7], height: [0.35, 0.48], clutter: 2 },
  desk: { width: [1.1, 1.7], depth: [0.6, 0.8], height: [0.7, 0.76], clutter: 2 },
  side: { width: [0.5, 0.9], depth: [0.3, 0.45], height: [0.55, 0.85], clutter: 2 },
} as const satisfies Record<string, TableSize>;

/** A table on four legs, with small things on it; a desk has a screen and sometimes a lamp too. */
export function table(draws: Draws, kind: keyof typeof TABLES): Piece {
  const size: TableSize = TABLES[kind];
  const [width, depth, height] = [size.width, size.depth, size.height].map(([low, high]) =>
    draws.between(low, high),
  ) as [number, number, number];
  const plate = woodOrPaint(draws);
  const frame = draws.chance(0.3) ? metal(draws) : plate;
  const thickness = draws.between(0.03, 0.06);
  const half = width / 2;
  const onTop: Solid[] = [];
  const put = (solids: readonly Solid[], x: number, z: number): void =>
    void onTop.push(...solids.map((one) => moved(one, x, height, z, 0)));
  for (let i = draws.integer(0, size.clutter); i > 0; i--) {
    put(clutter(draws), draws.between(-0.4, 0.4) * width, draws.between(0.25, 0.75) * depth);
  }
  if (kind === 'desk') {
    put(screen(draws, draws.between(0.45, 0.6)).solids, draws.between(-0.2, 0.2), 0.12);
    if (draws.chance(0.6)) put(tableLamp(draws).solids, (draws.chance(0.5) ? -1 : 1) * (half - 0.18), 0.2);
  }
  return {
    solids: [
      ...legs(LABEL.table, frame, width - 0.06, depth - 0.03, height - thickness, 0.06),
      box(LABEL.table, plate, [-half, half], [height - thickness, height], [0, depth]),
      ...onTop,
    ],
    width,
    depth,
    height,
  };
}
