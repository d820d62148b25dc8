/**
 * A room as geometry. The world has x to the right, y up and z away from the viewer, in metres; the room fills
 * [0, width] x [0, height] x [0, depth], and the camera stands near z = 0.
 */
import type { Room } from './classes.js';

/** Share of red, green and blue light that is sent back, 0..1 each. */
export type Colour = readonly [number, number, number];

/** How the two colours of a material are laid out on a face; see `rendering/patterns.ts`. */
export type Pattern =
  | 'plain'
  | 'mottled'
  | 'planks'
  | 'tiles'
  | 'checks'
  | 'stripes'
  | 'grain'
  | 'panels'
  | 'books'
  | 'painting'
  | 'sky';

export interface Material {
  readonly pattern: Pattern;
  readonly base: Colour;
  readonly accent: Colour;
  /** Size in metres of what repeats. */
  readonly scale: number;
  /** Makes this material's irregularities its own. */
  readonly seed: number;
  /** Light that it sends out by itself, as a factor of its colour. */
  readonly glow: number;
}

/** A box or an ellipsoid, turned about the vertical. */
export interface Solid {
  readonly shape: 'box' | 'ellipsoid';
  /** Class of its pixels. */
  readonly label: number;
  readonly material: Material;
  /** Centre. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Half of the extent along its own axes. */
  readonly halfX: number;
  readonly halfY: number;
  readonly halfZ: number;
  /** Radians; at 0 its axes are the world's, and a quarter turn brings its z to the world's x. */
  readonly yaw: number;
}

/** Solids that stand together, and whether they keep light off others. */
export interface Group {
  readonly solids: readonly Solid[];
  readonly castsShadow: boolean;
}

export interface Camera {
  readonly position: Colour;
  /** Radians to the right, upwards and clockwise. */
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  /** Focal length as a multiple of the image's side. */
  readonly focal: number;
}

/** A small lamp, whose light falls off with the distance. */
export interface Light {
  readonly position: Colour;
  readonly colour: Colour;
  /** Whether solids stand in its way. */
  readonly shadows: boolean;
}

/** What the lens and the sensor do to the picture. */
export interface Exposure {
  /** Factor of the light of each channel: exposure and white balance. */
  readonly gain: Colour;
  /** Standard deviation of the noise, of 1. */
  readonly noise: number;
  readonly seed: number;
}

export interface Scene {
  readonly room: Room;
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly floor: Material;
  readonly wall: Material;
  readonly ceiling: Material;
  readonly groups: readonly Group[];
  readonly camera: Camera;
  readonly ambient: Colour;
  readonly lights: readonly Light[];
  readonly exposure: Exposure;
}
