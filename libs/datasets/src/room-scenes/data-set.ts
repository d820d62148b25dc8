import { randomStream, type NamedTensor } from '@taskweave/common';
import type { TaskDeclaration } from '@taskweave/spec';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkRead } from '../check-read.js';
import type { DataSet } from '../data-set.js';
import { CLASSES, ROOMS } from './classes.js';
import { flipped } from './flip.js';
import { drawScene } from './layout/draw-scene.js';
import type { RoomScenesOptions } from './options.js';
import { render, type Rendering } from './rendering/render.js';

export const ROOM_TASKS = [
  { id: 'segmentation', kind: 'segmentation', outputs: CLASSES.length, classes: CLASSES },
  { id: 'normals', kind: 'surface-normals', outputs: 3 },
  { id: 'depth', kind: 'depth', outputs: 1 },
  { id: 'room', kind: 'classification', outputs: ROOMS.length, classes: ROOMS },
] as const satisfies readonly TaskDeclaration[];

type TaskId = (typeof ROOM_TASKS)[number]['id'];

/** A scene's truth for each task, as the batch's label holds it. */
const LABELS: Readonly<Record<TaskId, (rendering: Rendering, room: number) => ArrayLike<number>>> = {
  segmentation: ({ labels }) => labels,
  normals: ({ normals }) => normals,
  depth: ({ depth }) => depth,
  room: (_, room) => [room],
};

/**
 * Draws and renders every scene when it is asked for; nothing is stored. With a draw, each is mirrored with probability
 * one half.
 */
export function openRoomScenes(options: RoomScenesOptions): DataSet {
  const { size, trainSize, validationSize, testSize } = options;
  const sizes = { train: trainSize, validation: validationSize, test: testSize };
  return {
    tasks: ROOM_TASKS,
    imageShape: [size, size, 3],
    sizes,
    async read(part, indices, tasks, draw) {
      checkRead('room-scenes', { tasks: ROOM_TASKS, sizes }, part, indices, tasks);
      const coins = draw && randomStream(draw.seed, 'augment/room-scenes', draw.step);
      const image = new Float32Array(indices.length * size * size * 3);
      const labels = (tasks as TaskId[]).map((task) => ({
        task,
        tensor: emptyLabel(task, indices.length, size),
      }));
      for (const [row, index] of indices.entries()) {
        // A scene takes milliseconds, a batch of them longer than others of this process should wait.
        await nextTurn();
        const scene = drawScene(part, index);
        const upright = render(scene, size);
        const rendering = coins && coins.uniform(row) < 0.5 ? flipped(upright, size) : upright;
        image.set(rendering.image, row * rendering.image.length);
        for (const { task, tensor } of labels) {
          const label = LABELS[task](rendering, ROOMS.indexOf(scene.room));
          tensor.data.set(label, row * label.length);
        }
      }
      const shape = [indices.length, size, size, 3];
      return [{ name: 'image', dtype: 'float32', shape, data: image }, ...labels.map(({ tensor }) => tensor)];
    },
  };
}

function emptyLabel(task: TaskId, count: number, size: number): NamedTensor {
  const name = `label/${task}`;
  const pixels = count * size * size;
  switch (task) {
    case 'segmentation':
      return { name, dtype: 'int32', shape: [count, size, size], data: new Int32Array(pixels) };
    case 'normals':
      return { name, dtype: 'float32', shape: [count, size, size, 3], data: new Float32Array(3 * pixels) };
    case 'depth':
      return { name, dtype: 'float32', shape: [count, size, size], data: new Float32Array(pixels) };
    case 'room':
      return { name, dtype: 'int32', shape: [count], data: new Int32Array(count) };
  }
}
