import { hashUnit } from '../../pixel-hash.js';
import type { Scene } from '../scene.js';
import { Shadows } from './shadows.js';
import type { Surface } from './surface.js';

/** How fast the light of a lamp falls off: at two metres it has half its strength. */
const FALL_OFF = 0.25;
/** The lamp reaches this far to each side, in metres, so that its shadows have soft edges. */
const LAMP_SIZE = 0.12;

/** The light that falls on points of a scene. */
export class Lighting {
  readonly #scene: Scene;
  readonly #shadows: Shadows;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#shadows = new Shadows(scene.groups);
  }

  /**
   * Ambient light, weaker in the corners of the room, and the lamps'.
   *
   * @param light takes red, green and blue
   */
  fall(point: Float64Array, { nx, ny, nz }: Surface, pixel: number, light: Float64Array): void {
    const { ambient, lights, exposure } = this.#scene;
    const x = point[0]!;
    const y = point[1]!;
    const z = point[2]!;
    const open = this.#openness(x, y, z) * (0.85 + 0.15 * ny);
    for (let i = 0; i < 3; i++) light[i] = ambient[i]! * open;
    for (const { position, colour, shadows } of lights) {
      const dx = position[0] - x;
      const dy = position[1] - y;
      const dz = position[2] - z;
      const facing = dx * nx + dy * ny + dz * nz;
      if (facing <= 0) continue;
      if (shadows) {
        const jx = LAMP_SIZE * (2 * hashUnit(pixel, 1, exposure.seed) - 1);
        const jz = LAMP_SIZE * (2 * hashUnit(pixel, 2, exposure.seed) - 1);
        // Starts a little off the surface, or that would shade itself.
        const [sx, sy, sz] = [x + 0.01 * nx, y + 0.01 * ny, z + 0.01 * nz];
        if (this.#shadows.blocked(sx, sy, sz, dx + jx, dy, dz + jz)) continue;
      }
      const square = dx * dx + dy * dy + dz * dz;
      const strength = facing / (Math.sqrt(square) * (1 + FALL_OFF * square));
      for (let i = 0; i < 3; i++) light[i]! += colour[i]! * strength;
    }
  }

  /** Near 1 in the middle of the room, less along its edges. */
  #openness(x: number, y: number, z: number): number {
    const { width, height, depth } = this.#scene;
    return between(x, width - x) * between(y, height - y) * between(z, depth - z) * 1.38;
  }
}

/** 1 far from both of two planes, 0.72 on one of them. */
function between(a: number, b: number): number {
  return 1 - 0.28 / (1 + 30 * a * a) - 0.28 / (1 + 30 * b * b);
}
