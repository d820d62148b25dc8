/** What is done to an example of a training batch, in this order. */
export interface Augmentation {
  /** Largest turn of the hue, as a share of the colour circle; 0: none. */
  readonly hue: number;
  /** Largest change of the saturation, as a share of it; 0: none. */
  readonly saturation: number;
  /** Smallest and largest factor of the size. */
  readonly scale: readonly [smallest: number, largest: number];
  /** Left and right are swapped in half of the examples. */
  readonly mirror: boolean;
  /** Whether mirroring turns the x component of normals around, as it must for the directions to stay true. */
  readonly mirrorNormals: boolean;
  /** Height and width of a random part, which is all that is left; false: none, the image stays whole. */
  readonly crop: readonly [height: number, width: number] | false;
}

/** Examples as they are. */
export const NO_AUGMENTATION: Augmentation = {
  hue: 0,
  saturation: 0,
  scale: [1, 1],
  mirror: false,
  mirrorNormals: true,
  crop: false,
};
