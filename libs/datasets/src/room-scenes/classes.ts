/** What a pixel of a room shows; the index is the label. */
export const CLASSES = [
  'floor',
  'wall',
  'ceiling',
  'window',
  'door',
  'table',
  'chair',
  'bed or sofa',
  'cabinet or shelf',
  'picture',
  'lamp',
  'rug',
  'object',
] as const;

/** Label of each class, by a short name. */
export const LABEL = {
  floor: 0,
  wall: 1,
  ceiling: 2,
  window: 3,
  door: 4,
  table: 5,
  chair: 6,
  bed: 7,
  cabinet: 8,
  picture: 9,
  lamp: 10,
  rug: 11,
  object: 12,
} as const;

/** Kinds of room; the index is the label of the whole image. */
export const ROOMS = ['bedroom', 'living room', 'kitchen', 'office', 'bathroom', 'corridor'] as const;

export type Room = (typeof ROOMS)[number];
