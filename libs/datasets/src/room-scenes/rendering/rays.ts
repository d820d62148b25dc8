import type { Camera } from '../scene.js';

/** Three unit vectors of the world, packed: right, up, forward. */
export type Axes = Float64Array;

/** The camera's right, up and forward. */
export function cameraAxes({ yaw, pitch, roll }: Camera): Axes {
  const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)];
  const [sinPitch, cosPitch] = [Math.sin(pitch), Math.cos(pitch)];
  const [sinRoll, cosRoll] = [Math.sin(roll), Math.cos(roll)];
  const level = [cosYaw, 0, -sinYaw] as const;
  const upright = [-sinYaw * sinPitch, cosPitch, -cosYaw * sinPitch] as const;
  const right = level.map((value, i) => value * cosRoll + upright[i]! * sinRoll);
  const up = level.map((value, i) => upright[i]! * cosRoll - value * sinRoll);
  return Float64Array.of(...right, ...up, sinYaw * cosPitch, sinPitch, cosYaw * cosPitch);
}

/**
 * Direction of the ray through every pixel's middle, [size, size, 3]. Its part along the camera's forward is 1, so the
 * distance along it is the depth.
 */
export function rayDirections(axes: Axes, focal: number, size: number): Float64Array {
  const directions = new Float64Array(3 * size * size);
  const step = 1 / (focal * size);
  let at = 0;
  for (let row = 0; row < size; row++) {
    const b = (size / 2 - row - 0.5) * step;
    for (let column = 0; column < size; column++) {
      const a = (column + 0.5 - size / 2) * step;
      for (let i = 0; i < 3; i++) directions[at++] = axes[i]! * a + axes[3 + i]! * b + axes[6 + i]!;
    }
  }
  return directions;
}
