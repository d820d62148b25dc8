import type { Group, Solid } from '../scene.js';

/** A group that keeps light off others: its solids, packed, and a ball around them that is quick to test. */
interface Occluder {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
  readonly solids: readonly PackedSolid[];
}

interface PackedSolid extends Solid {
  readonly cos: number;
  readonly sin: number;
}

/** Tells whether something stands between two points. */
export class Shadows {
  readonly #occluders: readonly Occluder[];

  constructor(groups: readonly Group[]) {
    this.#occluders = groups.filter(({ castsShadow }) => castsShadow).map(occluderOf);
  }

  /** From (x, y, z) along (dx, dy, dz), whose end is the light. */
  blocked(x: number, y: number, z: number, dx: number, dy: number, dz: number): boolean {
    const square = dx * dx + dy * dy + dz * dz;
    for (const { x: cx, y: cy, z: cz, radius, solids } of this.#occluders) {
      const ox = cx - x;
      const oy = cy - y;
      const oz = cz - z;
      const t = Math.max(0, Math.min(1, (ox * dx + oy * dy + oz * dz) / square));
      const px = ox - t * dx;
      const py = oy - t * dy;
      const pz = oz - t * dz;
      if (px * px + py * py + pz * pz > radius * radius) continue;
      for (const solid of solids) if (meets(solid, x, y, z, dx, dy, dz)) return true;
    }
    return false;
  }
}

function occluderOf({ solids: all }: Group): Occluder {
  const solids = all.filter(({ material }) => material.glow === 0);
  const weight = 1 / Math.max(1, solids.length);
  const centre = (of: (solid: Solid) => number): number =>
    solids.reduce((sum, solid) => sum + of(solid) * weight, 0);
  const x = centre((solid) => solid.x);
  const y = centre((solid) => solid.y);
  const z = centre((solid) => solid.z);
  const reach = (one: Solid): number =>
    Math.hypot(one.x - x, one.y - y, one.z - z) + Math.hypot(one.halfX, one.halfY, one.halfZ);
  return {
    x,
    y,
    z,
    radius: Math.max(0, ...solids.map(reach)),
    solids: solids.map((solid) => ({ ...solid, cos: Math.cos(solid.yaw), sin: Math.sin(solid.yaw) })),
  };
}

/** Whether a solid is met between the ends of the way. Ellipsoids count as boxes of four fifths their size. */
function meets(
  solid: PackedSolid,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
): boolean {
  const { cos, sin } = solid;
  const fill = solid.shape === 'box' ? 1 : 0.8;
  const wx = x - solid.x;
  const wz = z - solid.z;
  const ix = 1 / (cos * dx - sin * dz);
  const iy = 1 / dy;
  const iz = 1 / (sin * dx + cos * dz);
  const mx = -(cos * wx - sin * wz) * ix;
  const my = (solid.y - y) * iy;
  const mz = -(sin * wx + cos * wz) * iz;
  const rx = fill * solid.halfX * Math.abs(ix);
  const ry = fill * solid.halfY * Math.abs(iy);
  const rz = fill * solid.halfZ * Math.abs(iz);
  const near = Math.max(mx - rx, my - ry, mz - rz);
  const far = Math.min(mx + rx, my + ry, mz + rz);
  return near < far && far > 0.001 && near < 0.97;
}
