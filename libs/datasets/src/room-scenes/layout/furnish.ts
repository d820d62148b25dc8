import type { Room } from '../classes.js';
import { LABEL } from '../classes.js';
import type { Draws } from '../draws.js';
import { ceilingLamp, floorLamp } from '../furniture/lamps.js';
import { bathtub, floorThing, plant, toilet } from '../furniture/objects.js';
import { box } from '../furniture/piece.js';
import { bed, chair, sofa } from '../furniture/seats.js';
import { bookshelf, fridge, kitchenRow, lowCabinet, wardrobe, washstand } from '../furniture/storage.js';
import { table, type TABLES } from '../furniture/tables.js';
import { door, panel, picture, windowItem } from '../furniture/wall-items.js';
import { fabric, shade } from '../materials.js';
import type { FloorPlan, Wall } from './floor-plan.js';

const ALL: readonly Wall[] = ['back', 'back', 'left', 'right'];
const SIDES: readonly Wall[] = ['left', 'right'];
const TURNS = [0, Math.PI / 2, Math.PI, -Math.PI / 2] as const;

/** The size of the room, of which furniture takes account. */
export interface RoomSize {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

/** What each kind of room holds, large things first. */
const RECIPES: Readonly<Record<Room, (draws: Draws, plan: FloorPlan, size: RoomSize) => void>> = {
  bedroom(draws, plan, size) {
    plan.against(bed(draws), ALL);
    plan.against(wardrobe(draws), ALL);
    plan.against(lowCabinet(draws, 'lamp'), ALL);
    rug(draws, plan, size);
    hangUp(draws, plan, { windows: 1, doors: 0.5, pictures: 2 });
    if (draws.chance(0.4)) plan.against(lowCabinet(draws, 'clutter'), ALL);
    if (draws.chance(0.5)) plan.free(chair(draws), TURNS);
    if (draws.chance(0.4)) plan.free(floorThing(draws), TURNS);
  },
  'living room'(draws, plan, size) {
    const at = plan.against(sofa(draws), ALL, draws.between(0.01, 0.3));
    if (at !== undefined) {
      const reach = draws.between(0.6, 0.8);
      plan.put(
        table(draws, 'coffee'),
        at.x + Math.sin(at.yaw) * reach,
        at.z + Math.cos(at.yaw) * reach,
        at.yaw,
      );
    }
    rug(draws, plan, size);
    plan.against(draws.chance(0.5) ? bookshelf(draws) : lowCabinet(draws, 'screen'), ALL);
    hangUp(draws, plan, { windows: 2, doors: 0.4, pictures: 3 });
    if (draws.chance(0.7)) plan.against(floorLamp(draws), ALL, 0.1);
    if (draws.chance(0.6)) plan.free(sofa(draws, true), TURNS);
    if (draws.chance(0.5)) plan.against(plant(draws), ALL, 0.05);
  },
  kitchen(draws, plan, size) {
    const along = draws.pick(ALL);
    const length = along === 'back' ? size.width : size.depth - 1.2;
    plan.against(kitchenRow(draws, length * draws.between(0.6, 0.95)), [along]);
    plan.against(fridge(draws), ALL);
    diningSet(draws, plan);
    hangUp(draws, plan, { windows: 1, doors: 0.5, pictures: 1 });
    if (draws.chance(0.4)) plan.free(floorThing(draws), TURNS);
  },
  office(draws, plan, size) {
    const at = plan.against(table(draws, 'desk'), ALL);
    if (at !== undefined) {
      const reach = draws.between(0.2, 0.45);
      plan.put(
        chair(draws, true),
        at.x + Math.sin(at.yaw) * reach,
        at.z + Math.cos(at.yaw) * reach,
        at.yaw + Math.PI + draws.between(-0.5, 0.5),
      );
    }
    plan.against(bookshelf(draws), ALL);
    if (draws.chance(0.6)) plan.against(table(draws, 'desk'), ALL);
    if (draws.chance(0.5)) plan.against(bookshelf(draws), ALL);
    if (draws.chance(0.4)) rug(draws, plan, size);
    hangUp(draws, plan, { windows: 2, doors: 0.5, pictures: 2 });
    if (draws.chance(0.5)) plan.against(plant(draws), ALL, 0.05);
    if (draws.chance(0.5)) plan.free(floorThing(draws), TURNS);
  },
  bathroom(draws, plan, size) {
    if (draws.chance(0.8)) plan.against(bathtub(draws), ALL);
    plan.against(washstand(draws), ALL);
    plan.against(toilet(draws), ALL);
    plan.hang(panel(draws, 'mirror'), ALL, draws.between(1.4, 1.6));
    hangUp(draws, plan, { windows: 0.7, doors: 0.5, pictures: 0.3, small: true });
    if (draws.chance(0.7)) rug(draws, plan, size, 0.45);
    if (draws.chance(0.3)) plan.against(lowCabinet(draws, 'clutter'), ALL);
  },
  corridor(draws, plan, size) {
    for (let i = draws.integer(2, 4); i > 0; i--) plan.hang(atFloor(door(draws)), [...SIDES, ...ALL], 1.03);
    if (draws.chance(0.5)) plan.against(table(draws, 'side'), ALL);
    if (draws.chance(0.4)) plan.against(lowCabinet(draws, 'clutter'), SIDES);
    hangUp(draws, plan, { windows: 0.4, doors: 0, pictures: 3 });
    if (draws.chance(0.6)) rug(draws, plan, size, 0.6);
    if (draws.chance(0.4)) plan.against(plant(draws), ALL, 0.02);
    if (draws.chance(0.3)) plan.against(chair(draws), SIDES, 0.05);
  },
};

/** Fills the plan with what a room of this kind holds, and hangs lamps from the ceiling. */
export function furnish(room: Room, draws: Draws, plan: FloorPlan, size: RoomSize): void {
  RECIPES[room](draws, plan, size);
  const lamps = room === 'corridor' ? draws.integer(1, 3) : draws.chance(0.75) ? 1 : 0;
  for (let i = 0; i < lamps; i++) {
    const z =
      room === 'corridor' ? ((i + 1) / (lamps + 0.5)) * size.depth : draws.between(0.5, 0.75) * size.depth;
    plan.lay(
      ceilingLamp(draws).solids,
      size.width * draws.between(0.4, 0.6),
      size.height,
      z,
      draws.between(0, 1.5),
    );
  }
}

interface Hangings {
  /** Expected numbers. */
  readonly windows: number;
  readonly doors: number;
  readonly pictures: number;
  readonly small?: boolean;
}

function hangUp(draws: Draws, plan: FloorPlan, { windows, doors, pictures, small = false }: Hangings): void {
  const count = (expected: number): number => Math.floor(expected + draws.between(0, 1));
  for (let i = count(doors); i > 0; i--) plan.hang(atFloor(door(draws)), ALL, 1.03);
  for (let i = count(windows); i > 0; i--) {
    plan.hang(windowItem(draws, small ? 'small' : 'large'), ALL, draws.between(1.5, 1.65));
  }
  for (let i = draws.integer(0, Math.ceil(pictures)); i > 0; i--) {
    plan.hang(picture(draws), ALL, draws.between(1.45, 1.7));
  }
}

/** A door keeps the wall below it too, to the floor. */
function atFloor(leaf: ReturnType<typeof door>): ReturnType<typeof door> {
  return { ...leaf, height: 2.06 };
}

function rug(draws: Draws, plan: FloorPlan, { width, depth }: RoomSize, share = 0.75): void {
  if (draws.chance(0.25)) return;
  const [halfX, halfZ] = [
    (width * draws.between(0.5, 0.9) * share) / 2,
    (depth * draws.between(0.4, 0.7) * share) / 2,
  ];
  const skin = fabric(draws);
  const border = { ...skin, pattern: 'plain' as const, base: shade(skin.base, draws.between(0.5, 1.5)) };
  const inset = draws.between(0.08, 0.16);
  const solids = [
    box(LABEL.rug, border, [-halfX, halfX], [0, 0.003], [-halfZ, halfZ]),
    box(LABEL.rug, skin, [-halfX + inset, halfX - inset], [0, 0.005], [-halfZ + inset, halfZ - inset]),
  ];
  const yaw = draws.chance(0.7) ? 0 : draws.between(-0.3, 0.3);
  plan.lay(solids, width / 2, 0, depth * draws.between(0.45, 0.6), yaw);
}

function diningSet(draws: Draws, plan: FloorPlan, kind: keyof typeof TABLES = 'dining'): void {
  const board = table(draws, kind);
  const at = plan.free(board, [0, Math.PI / 2]);
  if (at === undefined) return;
  for (let i = draws.integer(2, 4); i > 0; i--) {
    const side = draws.chance(0.5) ? 1 : -1;
    const across = draws.between(-0.3, 0.3) * board.width;
    const reach = side * (board.depth / 2 + draws.between(0.3, 0.4));
    const [cos, sin] = [Math.cos(at.yaw), Math.sin(at.yaw)];
    plan.put(
      chair(draws),
      at.x + cos * across + sin * reach,
      at.z - sin * across + cos * reach,
      at.yaw + (side > 0 ? Math.PI : 0),
    );
  }
}
