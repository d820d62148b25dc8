import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES, LABEL, ROOMS } from '../classes.js';
import { drawScene } from '../layout/draw-scene.js';
import { flipped } from '../flip.js';
import { render, type Rendering } from './render.js';

const SIZE = 32;
const scenes = fc.record({
  part: fc.constantFrom('train', 'validation', 'test'),
  index: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
type Vector = readonly [number, number, number];

/** The point of the camera's frame (x right, y up, z towards the camera) that a pixel shows. */
function pointAt({ depth }: Rendering, focal: number, row: number, column: number): Vector {
  const metres = depth[row * SIZE + column]!;
  const step = metres / (focal * SIZE);
  return [(column + 0.5 - SIZE / 2) * step, (SIZE / 2 - row - 0.5) * step, -metres];
}

function normalAt({ normals }: Rendering, pixel: number): Vector {
  return [normals[3 * pixel]!, normals[3 * pixel + 1]!, normals[3 * pixel + 2]!];
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

describe('render', () => {
  it('gives colours of 0..1, classes that exist, and depths inside the room', () => {
    fc.assert(
      fc.property(scenes, ({ part, index }) => {
        const scene = drawScene(part, index);
        const { image, labels, depth } = render(scene, SIZE);
        expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(labels.every((label) => label >= 0 && label < CLASSES.length)).toBe(true);
        const farthest = Math.hypot(scene.width, scene.height, scene.depth);
        expect(depth.every((metres) => metres > 0 && metres < farthest)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('gives normals of unit length that face the camera', () => {
    fc.assert(
      fc.property(scenes, ({ part, index }) => {
        const scene = drawScene(part, index);
        const rendering = render(scene, SIZE);
        for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
          const normal = normalAt(rendering, pixel);
          expect(Math.abs(Math.hypot(...normal) - 1)).toBeLessThan(1e-6);
          const [row, column] = [Math.floor(pixel / SIZE), pixel % SIZE];
          expect(dot(normal, pointAt(rendering, scene.camera.focal, row, column))).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('gives depths that agree with the normals: points of one flat surface lie in its plane', () => {
    let compared = 0;
    fc.assert(
      fc.property(scenes, ({ part, index }) => {
        const scene = drawScene(part, index);
        const { focal } = scene.camera;
        const rendering = render(scene, SIZE);
        const shell = new Set<number>([LABEL.floor, LABEL.wall, LABEL.ceiling]);
        for (let row = 0; row < SIZE - 1; row++) {
          for (let column = 0; column < SIZE - 1; column++) {
            const pixel = row * SIZE + column;
            for (const [down, right] of [
              [0, 1],
              [1, 0],
            ] as const) {
              const other = pixel + down * SIZE + right;
              const label = rendering.labels[pixel]!;
              // Only the room's own surfaces are one plane wherever class and normal agree.
              if (!shell.has(label) || rendering.labels[other] !== label) continue;
              const normal = normalAt(rendering, pixel);
              if (dot(normal, normalAt(rendering, other)) < 1 - 1e-6) continue;
              const step = minus(
                pointAt(rendering, focal, row + down, column + right),
                pointAt(rendering, focal, row, column),
              );
              expect(Math.abs(dot(normal, step))).toBeLessThan(1e-4 * Math.hypot(...step) + 1e-5);
              compared++;
            }
          }
        }
      }),
      { numRuns: 15 },
    );
    expect(compared).toBeGreaterThan(10_000);
  });

  it('shows floors that face up and are below the camera, ceilings that face down and are above it', () => {
    for (let index = 0; index < 20; index++) {
      const scene = {
        ...drawScene('train', index),
        camera: { ...drawScene('train', index).camera, pitch: 0, roll: 0 },
      };
      const rendering = render(scene, SIZE);
      rendering.labels.forEach((label, pixel) => {
        const upright = { [LABEL.floor]: 1, [LABEL.ceiling]: -1, [LABEL.wall]: 0 }[label];
        if (upright !== undefined) expect(normalAt(rendering, pixel)[1]).toBeCloseTo(upright, 6);
        if (label === LABEL.floor) expect(pixel).toBeGreaterThanOrEqual((SIZE * SIZE) / 2);
        if (label === LABEL.ceiling) expect(pixel).toBeLessThan((SIZE * SIZE) / 2);
      });
    }
  });

  it('shows the same room at every size', () => {
    const scene = drawScene('train', 3);
    const [small, large] = [render(scene, 16), render(scene, 48)];
    // Every third pixel's middle of the large picture is a pixel's middle of the small one.
    for (let row = 0; row < 16; row++) {
      for (let column = 0; column < 16; column++) {
        const pixel = (3 * row + 1) * 48 + 3 * column + 1;
        expect(large.labels[pixel]).toBe(small.labels[row * 16 + column]);
        expect(large.depth[pixel]).toBeCloseTo(small.depth[row * 16 + column]!, 5);
      }
    }
  });

  it('shows every class and every kind of room', () => {
    const seen = new Set<number>();
    const rooms = new Set<string>();
    for (let index = 0; index < 100; index++) {
      const scene = drawScene('train', index);
      rooms.add(scene.room);
      for (const label of render(scene, SIZE).labels) seen.add(label);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(CLASSES.map((_, label) => label));
    expect([...rooms].sort()).toEqual([...ROOMS].sort());
  });
});

describe('flipped', () => {
  it('undoes itself', () => {
    const rendering = render(drawScene('train', 0), SIZE);
    expect(flipped(flipped(rendering, SIZE), SIZE)).toEqual(rendering);
  });

  it('is what a camera sees in the mirrored room', () => {
    for (const index of [0, 1, 2, 3]) {
      const scene = drawScene('test', index);
      const { camera, width } = scene;
      const [x, y, z] = camera.position;
      const mirrored = render(
        {
          ...scene,
          camera: { ...camera, position: [width - x, y, z], yaw: -camera.yaw, roll: -camera.roll },
          groups: scene.groups.map((group) => ({
            ...group,
            solids: group.solids.map((solid) => ({ ...solid, x: width - solid.x, yaw: -solid.yaw })),
          })),
        },
        SIZE,
      );
      const turned = flipped(render(scene, SIZE), SIZE);
      expect(mirrored.labels).toEqual(turned.labels);
      turned.normals.forEach((value, i) => expect(mirrored.normals[i]).toBeCloseTo(value, 5));
      turned.depth.forEach((value, i) => expect(mirrored.depth[i]).toBeCloseTo(value, 5));
    }
  });
});
