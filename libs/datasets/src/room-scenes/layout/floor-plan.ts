import type { Draws } from '../draws.js';
import { moved, type Piece } from '../furniture/piece.js';
import type { Group, Solid } from '../scene.js';

/** The wall opposite the camera, and those at its sides. */
export type Wall = 'back' | 'left' | 'right';

/** A piece's front faces into the room. */
const YAW: Readonly<Record<Wall, number>> = { back: Math.PI, left: Math.PI / 2, right: -Math.PI / 2 };
/** Places tried before a piece is left out. */
const TRIES = 8;
const MARGIN = 0.05;

interface Rectangle {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

interface Room {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
}

/** What stands where in a room; nothing overlaps, and what finds no place is left out. */
export class FloorPlan {
  readonly #groups: Group[] = [];
  /** Ground that is taken, by x and z. */
  readonly #ground: Rectangle[] = [];
  /** Wall that is taken, by distance along the wall and height. */
  readonly #walls: Record<Wall, Rectangle[]> = { back: [], left: [], right: [] };
  readonly #draws: Draws;
  readonly #room: Room;

  constructor(draws: Draws, room: Room) {
    this.#draws = draws;
    this.#room = room;
  }

  get groups(): readonly Group[] {
    return this.#groups;
  }

  /** Keeps ground free. */
  reserve(x: readonly [number, number], z: readonly [number, number]): void {
    this.#ground.push({ x, y: z });
  }

  /**
   * Sets a piece with its back to a wall.
   *
   * @param gap distance from the wall in metres
   * @returns the middle of its front edge on the ground, or undefined when it found no place
   */
  against(
    piece: Piece,
    walls: readonly Wall[],
    gap = 0.01,
  ): { x: number; z: number; yaw: number } | undefined {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const wall = this.#draws.pick(walls);
      const along = this.#draws.between(0, 1);
      const length = wall === 'back' ? this.#room.width : this.#room.depth;
      if (piece.width > length - 0.1) continue;
      const middle = piece.width / 2 + 0.05 + along * (length - piece.width - 0.1);
      const onWall: Rectangle = {
        x: [middle - piece.width / 2, middle + piece.width / 2],
        y: [0, piece.height],
      };
      const ground = this.#footprint(wall, onWall.x, piece.depth + gap);
      if (collides(this.#ground, ground) || collides(this.#walls[wall], onWall)) continue;
      this.#ground.push(ground);
      this.#walls[wall].push(onWall);
      const place = this.#onWall(wall, middle, gap);
      this.#add(piece.solids, place.x, 0, place.z, YAW[wall], true);
      const yaw = YAW[wall];
      return { x: place.x + Math.sin(yaw) * piece.depth, z: place.z + Math.cos(yaw) * piece.depth, yaw };
    }
    return undefined;
  }

  /** Hangs a piece on a wall, its middle at height `y`. */
  hang(piece: Piece, walls: readonly Wall[], y: number): void {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const wall = this.#draws.pick(walls);
      const length = wall === 'back' ? this.#room.width : this.#room.depth;
      if (piece.width > length - 0.2) continue;
      const middle = this.#draws.between(piece.width / 2 + 0.1, length - piece.width / 2 - 0.1);
      const onWall: Rectangle = {
        x: [middle - piece.width / 2 - MARGIN, middle + piece.width / 2 + MARGIN],
        y: [y - piece.height / 2, y + piece.height / 2],
      };
      if (onWall.y[1] > this.#room.height - 0.02 || collides(this.#walls[wall], onWall)) continue;
      this.#walls[wall].push(onWall);
      const place = this.#onWall(wall, middle, 0);
      this.#add(piece.solids, place.x, y, place.z, YAW[wall], false);
      return;
    }
  }

  /**
   * Sets a piece somewhere on free ground, in any of the given directions.
   *
   * @returns the middle of its ground, or undefined when it found no place
   */
  free(piece: Piece, yaws: readonly number[]): { x: number; z: number; yaw: number } | undefined {
    const { width, depth } = this.#room;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const yaw = this.#draws.pick(yaws) + this.#draws.between(-0.25, 0.25);
      const x = this.#draws.between(0.2, 0.8) * width;
      const z = this.#draws.between(0.3, 0.8) * depth;
      if (this.put(piece, x, z, yaw)) return { x, z, yaw };
    }
    return undefined;
  }

  /** Sets a piece with its middle at a point, unless something is in the way. */
  put(piece: Piece, x: number, z: number, yaw: number): boolean {
    const [cos, sin] = [Math.abs(Math.cos(yaw)), Math.abs(Math.sin(yaw))];
    const halfX = (cos * piece.width + sin * piece.depth) / 2;
    const halfZ = (sin * piece.width + cos * piece.depth) / 2;
    const ground: Rectangle = { x: [x - halfX, x + halfX], y: [z - halfZ, z + halfZ] };
    const inside =
      ground.x[0] > 0 && ground.y[0] > 0 && ground.x[1] < this.#room.width && ground.y[1] < this.#room.depth;
    if (!inside || collides(this.#ground, ground)) return false;
    this.#ground.push(ground);
    const half = piece.depth / 2;
    this.#add(piece.solids, x - Math.sin(yaw) * half, 0, z - Math.cos(yaw) * half, yaw, true);
    return true;
  }

  /** Adds solids that take no ground: rugs and what hangs from the ceiling. */
  lay(solids: readonly Solid[], x: number, y: number, z: number, yaw: number): void {
    this.#add(solids, x, y, z, yaw, false);
  }

  #add(solids: readonly Solid[], x: number, y: number, z: number, yaw: number, castsShadow: boolean): void {
    this.#groups.push({ solids: solids.map((one) => moved(one, x, y, z, yaw)), castsShadow });
  }

  #onWall(wall: Wall, along: number, gap: number): { x: number; z: number } {
    if (wall === 'back') return { x: along, z: this.#room.depth - gap };
    return { x: wall === 'left' ? gap : this.#room.width - gap, z: along };
  }

  #footprint(wall: Wall, along: readonly [number, number], reach: number): Rectangle {
    const { width, depth } = this.#room;
    if (wall === 'back') return { x: along, y: [depth - reach, depth] };
    return { x: wall === 'left' ? [0, reach] : [width - reach, width], y: along };
  }
}

function collides(taken: readonly Rectangle[], wanted: Rectangle): boolean {
  return taken.some(
    ({ x, y }) =>
      wanted.x[0] < x[1] - 1e-9 &&
      wanted.x[1] > x[0] + 1e-9 &&
      wanted.y[0] < y[1] - 1e-9 &&
      wanted.y[1] > y[0] + 1e-9,
  );
}
