import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LABEL } from '../classes.js';
import type { Solid } from '../scene.js';
import { drawScene } from './draw-scene.js';

/** Extent of a turned solid along x and z. */
function extent({ x, z, halfX, halfZ, yaw }: Solid): { x: [number, number]; z: [number, number] } {
  const [cos, sin] = [Math.abs(Math.cos(yaw)), Math.abs(Math.sin(yaw))];
  const [reachX, reachZ] = [cos * halfX + sin * halfZ, sin * halfX + cos * halfZ];
  return { x: [x - reachX, x + reachX], z: [z - reachZ, z + reachZ] };
}

const scenes = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((index) => drawScene('train', index));

describe('a furnished room', () => {
  it('holds all that stands in it', () => {
    fc.assert(
      fc.property(scenes, ({ groups, width, height, depth }) => {
        for (const solid of groups.filter(({ castsShadow }) => castsShadow).flatMap(({ solids }) => solids)) {
          const { x, z } = extent(solid);
          expect(Math.min(x[0], z[0], width - x[1], depth - z[1])).toBeGreaterThan(-0.15);
          expect(solid.y - solid.halfY).toBeGreaterThan(-0.01);
          expect(solid.y + solid.halfY).toBeLessThan(height + 0.01);
        }
      }),
    );
  });

  it('leaves the camera outside of everything', () => {
    fc.assert(
      fc.property(scenes, ({ groups, camera: { position } }) => {
        for (const solid of groups.flatMap(({ solids }) => solids)) {
          const { x, z } = extent(solid);
          const inside =
            position[0] > x[0] &&
            position[0] < x[1] &&
            position[2] > z[0] &&
            position[2] < z[1] &&
            Math.abs(position[1] - solid.y) < solid.halfY;
          expect(inside).toBe(false);
        }
      }),
    );
  });

  it('sets no two beds, sofas or cupboards into each other', () => {
    const large = new Set<number>([LABEL.bed, LABEL.cabinet]);
    fc.assert(
      fc.property(scenes, ({ groups }) => {
        const standing = groups
          .filter(({ castsShadow, solids }) => castsShadow && large.has(solids[0]!.label))
          .map(({ solids }) => solids.filter(({ label }) => large.has(label)).map(extent));
        standing.forEach((one, i) =>
          standing.slice(i + 1).forEach((other) => {
            for (const a of one) {
              for (const b of other) {
                const overlap = Math.min(
                  Math.min(a.x[1], b.x[1]) - Math.max(a.x[0], b.x[0]),
                  Math.min(a.z[1], b.z[1]) - Math.max(a.z[0], b.z[0]),
                );
                expect(overlap).toBeLessThan(0.02);
              }
            }
          }),
        );
      }),
    );
  });
});
