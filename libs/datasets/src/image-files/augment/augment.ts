import type { RandomStream } from '@taskweave/common';
import type { LabelFormat } from '../labels/label-format.js';
import { NO_LABEL } from '../labels/no-label.js';
import type { Planes } from '../planes.js';
import type { Augmentation } from './augmentation.js';
import { jitterColours } from './colour-jitter.js';
import { mirror, negateX } from './mirror.js';
import { padAndCrop, padding } from './pad-and-crop.js';
import { resizeNearest, resizeSmooth } from './resize.js';

/** A label that lies over the image, and what its numbers mean. */
export interface LabelMap {
  readonly format: LabelFormat;
  readonly planes: Planes;
}

export interface ImageAndMaps {
  /** Red, green and blue, 0..255. */
  readonly image: Planes<Float32Array>;
  readonly maps: readonly LabelMap[];
}

/** Which number of the stream is for what. */
const SATURATION = 0;
const HUE = 1;
const SCALE = 2;
const MIRROR = 3;
const TOP = 4;
const LEFT = 5;

/**
 * Augments an example as MTL-NAS (CVPR 2020) does: colours, scale, mirror, padding and a random crop. The labels of a
 * pixel stay with it. The image given is changed.
 *
 * A crop larger than the image is padded on both sides by all that is missing, the image with 0 and labels with 255.
 */
export function augment(example: ImageAndMaps, options: Augmentation, random: RandomStream): ImageAndMaps {
  const { hue, saturation, scale, crop } = options;
  const between = (least: number, most: number, index: number): number =>
    least + (most - least) * random.uniform(index);
  if (hue > 0 || saturation > 0) {
    jitterColours(
      example.image,
      between(1 - saturation, 1 + saturation, SATURATION),
      between(-hue, hue, HUE),
    );
  }
  let result = scaled(example, between(scale[0], scale[1], SCALE));
  if (options.mirror && random.uniform(MIRROR) < 0.5) result = mirrored(result, options.mirrorNormals);
  if (crop === false) return result;
  const [height, width] = crop;
  const { image } = result;
  const spareRows = image.height + 2 * padding(image.height, height) - height;
  const spareColumns = image.width + 2 * padding(image.width, width) - width;
  const top = Math.floor((spareRows + 1) * random.uniform(TOP));
  const left = Math.floor((spareColumns + 1) * random.uniform(LEFT));
  const part = { width, height, left, top };
  return {
    image: padAndCrop(image, { ...part, fill: 0 }),
    maps: mapEach(result, (planes) => padAndCrop(planes, { ...part, fill: NO_LABEL })),
  };
}

/** The shorter side becomes the whole part of its product with the factor; the other keeps their proportion. */
function scaled(example: ImageAndMaps, factor: number): ImageAndMaps {
  if (factor === 1) return example;
  const { width, height } = example.image;
  const shorter = Math.max(1, Math.floor(Math.min(width, height) * factor));
  const longer = Math.floor((shorter * Math.max(width, height)) / Math.min(width, height));
  const [toWidth, toHeight] = width < height ? [shorter, longer] : [longer, shorter];
  return resized(example, toWidth, toHeight);
}

/** Image and labels in another size. */
export function resized(example: ImageAndMaps, width: number, height: number): ImageAndMaps {
  return {
    image: resizeSmooth(example.image, width, height),
    maps: mapEach(example, (planes) => resizeNearest(planes, width, height)),
  };
}

function mirrored(example: ImageAndMaps, mirrorNormals: boolean): ImageAndMaps {
  const maps = example.maps.map(({ format, planes }) => {
    const other = mirror(planes);
    if (mirrorNormals && format.kind === 'surface-normals') negateX(other, format.encoding === 'raw-u8');
    return { format, planes: other };
  });
  return { image: mirror(example.image), maps };
}

function mapEach({ maps }: ImageAndMaps, change: (planes: Planes) => Planes): LabelMap[] {
  return maps.map(({ format, planes }) => ({ format, planes: change(planes) }));
}
