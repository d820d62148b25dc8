import type { Material, Solid } from '../scene.js';

/**
 * A piece of furniture before it has a place: x across, centred on 0; z from 0, its back, to `depth`, its front; y up
 * from the floor (or from the middle of its height for what hangs on a wall).
 */
export interface Piece {
  readonly solids: readonly Solid[];
  readonly width: number;
  readonly depth: number;
  readonly height: number;
}

type Range = readonly [number, number];

/** A box that fills three ranges. */
export function box(label: number, material: Material, x: Range, y: Range, z: Range): Solid {
  return solid('box', label, material, x, y, z);
}

/** An ellipsoid that fills three ranges. */
export function ellipsoid(label: number, material: Material, x: Range, y: Range, z: Range): Solid {
  return solid('ellipsoid', label, material, x, y, z);
}

function solid(
  shape: Solid['shape'],
  label: number,
  material: Material,
  [left, right]: Range,
  [bottom, top]: Range,
  [back, front]: Range,
): Solid {
  return {
    shape,
    label,
    material,
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    z: (back + front) / 2,
    halfX: (right - left) / 2,
    halfY: (top - bottom) / 2,
    halfZ: (front - back) / 2,
    yaw: 0,
  };
}

/** Four legs in the corners of a rectangle. */
export function legs(
  label: number,
  material: Material,
  width: number,
  depth: number,
  height: number,
  thickness: number,
): Solid[] {
  const ends = (from: number, to: number): Range[] => [
    [from, from + thickness],
    [to - thickness, to],
  ];
  return ends(-width / 2, width / 2).flatMap((x) =>
    ends(0, depth).map((z) => box(label, material, x, [0, height], z)),
  );
}

/** A solid turned by `yaw` about the origin and moved. */
export function moved(one: Solid, x: number, y: number, z: number, yaw: number): Solid {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  return {
    ...one,
    x: x + cos * one.x + sin * one.z,
    y: y + one.y,
    z: z - sin * one.x + cos * one.z,
    yaw: one.yaw + yaw,
  };
}
