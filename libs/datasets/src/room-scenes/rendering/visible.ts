import type { Scene, Solid } from '../scene.js';
import { screenBounds } from './bounds.js';
import type { Axes } from './rays.js';

/** Numbers of the room's own surfaces in place of a solid's. */
export const SHELL = -1;
/** Number of the face of an ellipsoid; faces of boxes are 0, 1, 2 for their x, y and z axes. */
export const ROUND = 3;
/** Nothing nearer than this is seen. */
const NEAR = 0.05;

/** For every pixel what is seen there. */
export interface Visible {
  /** Metres along the camera's forward. */
  readonly depth: Float64Array;
  /** Index into `solids`, or {@link SHELL}. */
  readonly solid: Int16Array;
  /** 0, 1 or 2: hit through a face across this axis; {@link ROUND}. */
  readonly face: Uint8Array;
  readonly solids: readonly Solid[];
  /** Cosine and sine of each solid's yaw. */
  readonly turns: Float64Array;
}

/** Finds the nearest surface along every ray: the room's shell first, then every solid where it can be seen. */
export function findVisible(scene: Scene, axes: Axes, directions: Float64Array, size: number): Visible {
  const pixels = size * size;
  const solids = scene.groups.flatMap((group) => group.solids);
  const visible: Visible = {
    depth: new Float64Array(pixels),
    solid: new Int16Array(pixels).fill(SHELL),
    face: new Uint8Array(pixels),
    solids,
    turns: Float64Array.from(solids.flatMap(({ yaw }) => [Math.cos(yaw), Math.sin(yaw)])),
  };
  castShell(scene, directions, visible);
  solids.forEach((solid, index) => {
    const bounds = screenBounds(solid, scene.camera, axes, size);
    if (bounds === undefined) return;
    const cast = solid.shape === 'box' ? castBox : castEllipsoid;
    const origin = localOrigin(solid, scene.camera.position);
    for (let row = bounds.top; row < bounds.bottom; row++) {
      cast(solid, index, origin, directions, visible, row * size + bounds.left, row * size + bounds.right);
    }
  });
  return visible;
}

/** The camera stands inside: the first wall that a ray leaves through. */
function castShell(
  { width, height, depth, camera }: Scene,
  directions: Float64Array,
  visible: Visible,
): void {
  const [x, y, z] = camera.position;
  for (let pixel = 0; pixel < visible.depth.length; pixel++) {
    const dx = directions[3 * pixel]!;
    const dy = directions[3 * pixel + 1]!;
    const dz = directions[3 * pixel + 2]!;
    const tx = dx > 0 ? (width - x) / dx : dx < 0 ? -x / dx : Infinity;
    const ty = dy > 0 ? (height - y) / dy : dy < 0 ? -y / dy : Infinity;
    const tz = dz > 0 ? (depth - z) / dz : dz < 0 ? -z / dz : Infinity;
    const nearest = Math.min(tx, ty, tz);
    visible.depth[pixel] = nearest;
    visible.face[pixel] = nearest === ty ? 1 : nearest === tx ? 0 : 2;
  }
}

/** A point of the world as a solid's own axes see it. */
function localOrigin(solid: Solid, [x, y, z]: readonly [number, number, number]): LocalOrigin {
  const [cos, sin] = [Math.cos(solid.yaw), Math.sin(solid.yaw)];
  const [dx, dz] = [x - solid.x, z - solid.z];
  return { x: cos * dx - sin * dz, y: y - solid.y, z: sin * dx + cos * dz, cos, sin };
}

/** Where rays start in a solid's own axes, and the turn into them. */
interface LocalOrigin {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly cos: number;
  readonly sin: number;
}

/** Draws a solid into the pixels from `from` up to `to`, wherever it is nearer than what is there. */
type Cast = (
  solid: Solid,
  index: number,
  origin: LocalOrigin,
  directions: Float64Array,
  visible: Visible,
  from: number,
  to: number,
) => void;

/** Slabs: a ray is inside a box from the last of the faces it enters by to the first it leaves by. */
const castBox: Cast = (
  { halfX, halfY, halfZ },
  index,
  origin,
  directions,
  { depth, solid, face },
  from,
  to,
) => {
  const { x, y, z, cos, sin } = origin;
  for (let pixel = from; pixel < to; pixel++) {
    const wx = directions[3 * pixel]!;
    const wz = directions[3 * pixel + 2]!;
    const ix = 1 / (cos * wx - sin * wz);
    const iy = 1 / directions[3 * pixel + 1]!;
    const iz = 1 / (sin * wx + cos * wz);
    const rx = halfX * Math.abs(ix);
    const ry = halfY * Math.abs(iy);
    const rz = halfZ * Math.abs(iz);
    const nx = -x * ix - rx;
    const ny = -y * iy - ry;
    const nz = -z * iz - rz;
    const near = Math.max(nx, ny, nz);
    const far = Math.min(rx - x * ix, ry - y * iy, rz - z * iz);
    if (!(near < far && near > NEAR && near < depth[pixel]!)) continue;
    depth[pixel] = near;
    solid[pixel] = index;
    face[pixel] = near === ny ? 1 : near === nx ? 0 : 2;
  }
};

/** A sphere, after scaling space by the half axes. */
const castEllipsoid: Cast = (
  { halfX, halfY, halfZ },
  index,
  origin,
  directions,
  { depth, solid, face },
  from,
  to,
) => {
  const { x, y, z, cos, sin } = origin;
  const [ox, oy, oz] = [x / halfX, y / halfY, z / halfZ];
  const c = ox * ox + oy * oy + oz * oz - 1;
  for (let pixel = from; pixel < to; pixel++) {
    const wx = directions[3 * pixel]!;
    const wz = directions[3 * pixel + 2]!;
    const dx = (cos * wx - sin * wz) / halfX;
    const dy = directions[3 * pixel + 1]! / halfY;
    const dz = (sin * wx + cos * wz) / halfZ;
    const a = dx * dx + dy * dy + dz * dz;
    const b = ox * dx + oy * dy + oz * dz;
    const discriminant = b * b - a * c;
    if (discriminant < 0) continue;
    const near = (-b - Math.sqrt(discriminant)) / a;
    if (!(near > NEAR && near < depth[pixel]!)) continue;
    depth[pixel] = near;
    solid[pixel] = index;
    face[pixel] = ROUND;
  }
};
