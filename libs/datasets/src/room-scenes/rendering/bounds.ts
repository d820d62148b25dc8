import type { Camera, Solid } from '../scene.js';
import type { Axes } from './rays.js';

/** Rows and columns of the image that a solid can cover; the ends are not included. */
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A corner nearer than this, or behind the camera, has no sound place in the image. */
const NEAREST = 0.1;

/** Where in the image a solid can be seen; undefined when nowhere. */
export function screenBounds(
  solid: Solid,
  { position, focal }: Camera,
  axes: Axes,
  size: number,
): Bounds | undefined {
  const { halfX, halfY, halfZ, yaw } = solid;
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  let [behind, inFront] = [0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const lx = corner & 1 ? halfX : -halfX;
    const ly = corner & 2 ? halfY : -halfY;
    const lz = corner & 4 ? halfZ : -halfZ;
    const x = solid.x + cos * lx + sin * lz - position[0];
    const y = solid.y + ly - position[1];
    const z = solid.z - sin * lx + cos * lz - position[2];
    const forward = axes[6]! * x + axes[7]! * y + axes[8]! * z;
    if (forward < NEAREST) {
      behind++;
      continue;
    }
    inFront++;
    const scale = (focal * size) / forward;
    const column = size / 2 + (axes[0]! * x + axes[1]! * y + axes[2]! * z) * scale;
    const row = size / 2 - (axes[3]! * x + axes[4]! * y + axes[5]! * z) * scale;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
  }
  if (inFront === 0) return undefined;
  if (behind > 0) return { left: 0, right: size, top: 0, bottom: size };
  const clamp = (value: number): number => Math.max(0, Math.min(size, value));
  const bounds = {
    left: clamp(Math.floor(left)),
    right: clamp(Math.ceil(right) + 1),
    top: clamp(Math.floor(top)),
    bottom: clamp(Math.ceil(bottom) + 1),
  };
  return bounds.left < bounds.right && bounds.top < bounds.bottom ? bounds : undefined;
}
