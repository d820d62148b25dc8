import { nearNormal } from '../../pixel-hash.js';
import { LABEL } from '../classes.js';
import type { Exposure, Scene } from '../scene.js';
import { Lighting } from './lighting.js';
import { paintPoint } from './patterns.js';
import { cameraAxes, rayDirections } from './rays.js';
import { surfaceAt, type Surface } from './surface.js';
import { findVisible } from './visible.js';

/** One rendered scene, and the truth about each pixel. */
export interface Rendering {
  /** [size, size, 3], 0..1. */
  readonly image: Float32Array;
  /** [size, size], numbers of classes. */
  readonly labels: Int32Array;
  /**
   * [size, size, 3], unit vectors as the camera sees them: x to the right, y up, z towards the camera. All that can be
   * seen faces the camera: the normal's product with the ray to the pixel is negative.
   */
  readonly normals: Float32Array;
  /** [size, size], metres along the camera's axis. */
  readonly depth: Float32Array;
}

/** Renders a scene as a square picture, one ray a pixel. */
export function render(scene: Scene, size: number): Rendering {
  const pixels = size * size;
  const result: Rendering = {
    image: new Float32Array(3 * pixels),
    labels: new Int32Array(pixels),
    normals: new Float32Array(3 * pixels),
    depth: new Float32Array(pixels),
  };
  const axes = cameraAxes(scene.camera);
  const directions = rayDirections(axes, scene.camera.focal, size);
  const visible = findVisible(scene, axes, directions, size);
  const lighting = new Lighting(scene);
  const [point, ray, colour, light] = [0, 0, 0, 0].map(() => new Float64Array(3)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const surface: Surface = { label: LABEL.wall, material: scene.wall, u: 0, v: 0, nx: 0, ny: 0, nz: 0 };
  const pixelAngle = 1 / (scene.camera.focal * size);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const depth = visible.depth[pixel]!;
    for (let i = 0; i < 3; i++) {
      ray[i] = directions[3 * pixel + i]!;
      point[i] = scene.camera.position[i]! + depth * ray[i]!;
    }
    surfaceAt(scene, visible, pixel, point, ray, surface);
    const { nx, ny, nz, material } = surface;
    result.labels[pixel] = surface.label;
    result.depth[pixel] = depth;
    result.normals[3 * pixel] = nx * axes[0]! + ny * axes[1]! + nz * axes[2]!;
    result.normals[3 * pixel + 1] = nx * axes[3]! + ny * axes[4]! + nz * axes[5]!;
    result.normals[3 * pixel + 2] = -(nx * axes[6]! + ny * axes[7]! + nz * axes[8]!);
    const slant =
      -(nx * ray[0]! + ny * ray[1]! + nz * ray[2]!) / Math.sqrt(ray[0]! ** 2 + ray[1]! ** 2 + ray[2]! ** 2);
    paintPoint(material, surface.u, surface.v, (depth * pixelAngle) / Math.max(slant, 0.1), colour);
    lighting.fall(point, surface, pixel, light);
    expose(colour, light, material.glow, scene.exposure, pixel, result.image);
  }
  return result;
}

/** Light and colour as a camera writes them down: gain, gamma 2 with a shoulder in the highlights, noise. */
function expose(
  colour: Float64Array,
  light: Float64Array,
  glow: number,
  { gain, noise, seed }: Exposure,
  pixel: number,
  image: Float32Array,
): void {
  for (let i = 0; i < 3; i++) {
    const received = colour[i]! * (light[i]! + glow) * gain[i]!;
    const shown = Math.sqrt(received / (0.55 + 0.65 * received));
    const value = shown * shown * (1.6 - 0.6 * shown) * 0.55 + shown * 0.45;
    const dither = noise * nearNormal(pixel, 16 + i, seed);
    image[3 * pixel + i] = Math.max(0, Math.min(1, value + dither));
  }
}
