import { ROOMS, type Room } from '../classes.js';
import { Draws } from '../draws.js';
import { floorCovering, hsv, material, shade, wallCovering } from '../materials.js';
import type { Camera, Colour, Exposure, Light, Scene } from '../scene.js';
import { LABEL } from '../classes.js';
import { FloorPlan } from './floor-plan.js';
import { furnish, type RoomSize } from './furnish.js';

/** The scenes belong to the data set and not to a run: scores of different runs are over the same images. */
const SCENE_SEED = 2020;

/** A scene of a part: a pure function of its two arguments. */
export function drawScene(part: string, index: number): Scene {
  const draws = new Draws(SCENE_SEED, `room-scenes/${part}`, index);
  const room = draws.pick(ROOMS);
  const size = roomSize(room, draws);
  const camera = drawCamera(draws, size);
  const plan = new FloorPlan(draws, size);
  const [x, , z] = camera.position;
  plan.reserve([x - 0.5, x + 0.5], [0, z + 0.9]);
  furnish(room, draws, plan, size);
  const tiled = room === 'bathroom' || (room === 'kitchen' && draws.chance(0.6));
  const ceiling = hsv(0.1, draws.between(0, 0.06), draws.between(0.7, 0.85));
  return {
    room,
    ...size,
    floor: floorCovering(draws, tiled),
    wall: wallCovering(draws, room === 'bathroom'),
    ceiling: material(draws, 'mottled', ceiling, shade(ceiling, 0.95), 1.2),
    groups: plan.groups,
    camera,
    ambient: shade(whitish(draws), draws.between(0.18, 0.36)),
    lights: drawLights(draws, size, plan),
    exposure: drawExposure(draws),
  };
}

function roomSize(room: Room, draws: Draws): RoomSize {
  const [width, depth] =
    room === 'corridor'
      ? [draws.between(1.5, 2.3), draws.between(4.5, 8)]
      : room === 'bathroom'
        ? [draws.between(2.2, 3.4), draws.between(2.6, 3.8)]
        : [draws.between(3, 5.2), draws.between(3.4, 5.6)];
  return { width, depth, height: draws.between(2.35, 2.9) };
}

/** Near the front wall, at the height of eyes, looking into the room and a little down. */
function drawCamera(draws: Draws, { width }: RoomSize): Camera {
  const across = draws.between(0.25, 0.75);
  return {
    position: [across * width, draws.between(1.2, 1.75), draws.between(0.15, 0.5)],
    yaw: (0.5 - across) * draws.between(0.5, 1.6) + draws.between(-0.3, 0.3),
    pitch: draws.between(-0.3, -0.02),
    roll: draws.between(-0.03, 0.03),
    focal: draws.between(0.65, 0.9),
  };
}

/** One lamp below the ceiling that throws shadows, and the soft light of the windows. */
function drawLights(draws: Draws, { width, height, depth }: RoomSize, plan: FloorPlan): Light[] {
  const lamp: Light = {
    position: [
      width * draws.between(0.3, 0.7),
      height - draws.between(0.3, 0.6),
      depth * draws.between(0.35, 0.75),
    ],
    colour: shade(whitish(draws), draws.between(1.2, 2.6)),
    shadows: true,
  };
  const windows = plan.groups.flatMap(({ solids }) =>
    solids.filter(({ label, material: { glow } }) => label === LABEL.window && glow > 0),
  );
  const daylight = windows.map((pane): Light => {
    const inwards = 0.35;
    return {
      position: [pane.x + Math.sin(pane.yaw) * inwards, pane.y, pane.z + Math.cos(pane.yaw) * inwards],
      colour: shade(pane.material.base, 0.9 * pane.material.glow * pane.halfX * pane.halfY),
      shadows: false,
    };
  });
  return [lamp, ...daylight];
}

function drawExposure(draws: Draws): Exposure {
  const gain = draws.between(0.65, 1.1);
  const warmth = draws.between(-0.1, 0.1);
  const balance: Colour = [1 + warmth, 1 + draws.between(-0.03, 0.03), 1 - warmth];
  return { gain: shade(balance, gain), noise: draws.between(0.006, 0.022), seed: draws.bits() };
}

function whitish(draws: Draws): Colour {
  return hsv(draws.between(0.07, 0.16), draws.between(0, 0.18), 1);
}
