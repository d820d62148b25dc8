import { z } from 'zod';

/** Options of `room-scenes`. Scene i of a part is the same whatever the sizes of the parts. */
export const roomScenesOptions = z.strictObject({
  /** Height and width of the images in pixels. */
  size: z.int().min(16).max(512).default(64),
  trainSize: z.int().min(2).max(10_000_000).default(4000),
  validationSize: z.int().min(1).max(10_000_000).default(500),
  testSize: z.int().min(1).max(10_000_000).default(500),
});

export type RoomScenesOptions = z.output<typeof roomScenesOptions>;
