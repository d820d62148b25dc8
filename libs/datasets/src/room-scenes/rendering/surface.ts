import type { Material, Scene } from '../scene.js';
import { LABEL } from '../classes.js';
import { ROUND, SHELL, type Visible } from './visible.js';

/** What is known of the surface at one pixel; one object is filled again and again. */
export interface Surface {
  label: number;
  material: Material;
  /** Place on the face in metres; see `paintPoint`. */
  u: number;
  v: number;
  /** Unit normal in the world, on the side that is seen. */
  nx: number;
  ny: number;
  nz: number;
}

/** The surface that a pixel shows, at a point of the world that a ray came to. */
export function surfaceAt(
  scene: Scene,
  visible: Visible,
  pixel: number,
  point: Float64Array,
  ray: Float64Array,
  surface: Surface,
): void {
  const x = point[0]!;
  const y = point[1]!;
  const z = point[2]!;
  const dx = ray[0]!;
  const dy = ray[1]!;
  const dz = ray[2]!;
  const index = visible.solid[pixel]!;
  const face = visible.face[pixel]!;
  if (index === SHELL) {
    shellAt(scene, face, x, y, z, dx, dy, dz, surface);
    return;
  }
  const solid = visible.solids[index]!;
  const cos = visible.turns[2 * index]!;
  const sin = visible.turns[2 * index + 1]!;
  const wx = x - solid.x;
  const wz = z - solid.z;
  const lx = cos * wx - sin * wz;
  const ly = y - solid.y;
  const lz = sin * wx + cos * wz;
  surface.label = solid.label;
  surface.material = solid.material;
  let nx = 0;
  let ny = 0;
  let nz = 0;
  if (face === ROUND) {
    nx = lx / solid.halfX ** 2;
    ny = ly / solid.halfY ** 2;
    nz = lz / solid.halfZ ** 2;
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    nx /= length;
    ny /= length;
    nz /= length;
    surface.u = lx + lz;
    surface.v = ly;
  } else if (face === 0) {
    nx = cos * dx - sin * dz > 0 ? -1 : 1;
    surface.u = lz;
    surface.v = ly;
  } else if (face === 1) {
    ny = dy > 0 ? -1 : 1;
    surface.u = lx;
    surface.v = lz;
  } else {
    nz = sin * dx + cos * dz > 0 ? -1 : 1;
    surface.u = lx;
    surface.v = ly;
  }
  surface.nx = cos * nx + sin * nz;
  surface.ny = ny;
  surface.nz = -sin * nx + cos * nz;
}

function shellAt(
  { floor, wall, ceiling }: Scene,
  face: number,
  x: number,
  y: number,
  z: number,
  dx: number,
  dy: number,
  dz: number,
  surface: Surface,
): void {
  surface.nx = face === 0 ? -Math.sign(dx) : 0;
  surface.ny = face === 1 ? -Math.sign(dy) : 0;
  surface.nz = face === 2 ? -Math.sign(dz) : 0;
  surface.u = face === 0 ? z : x;
  surface.v = face === 1 ? z : y;
  if (face !== 1) {
    surface.label = LABEL.wall;
    surface.material = wall;
  } else {
    surface.label = dy > 0 ? LABEL.ceiling : LABEL.floor;
    surface.material = dy > 0 ? ceiling : floor;
  }
}
