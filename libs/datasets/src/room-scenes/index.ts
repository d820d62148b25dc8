import { defineDataSet } from '../data-set.js';
import { openRoomScenes, ROOM_TASKS } from './data-set.js';
import { roomScenesOptions } from './options.js';

/**
 * Made-up rooms, drawn by casting rays at boxes and ellipsoids: images of 0..1 in RGB, with classes (13, none
 * unlabelled), surface normals (x right, y up, z towards the camera), depth (metres along the camera's axis) and the kind
 * of room (6). A stand-in for indoor data sets such as NYU v2 that needs no files, for trying things out; what holds here
 * need not hold there.
 */
export const roomScenes = defineDataSet({
  id: 'room-scenes',
  options: roomScenesOptions,
  tasks: ROOM_TASKS,
  open: (options) => Promise.resolve(openRoomScenes(options)),
});
