import { TaskweaveError } from '@taskweave/common';
import { convert, readImage, resize, type Raster } from '@taskweave/images';
import type { RunPlan } from '@taskweave/spec';

/** A picture as a network takes it. */
export interface FittedImage {
  readonly path: string;
  /** Of the network's size and channels, 8 bits. */
  readonly picture: Raster;
  /** Width and height that it had, if it was resized. */
  readonly resizedFrom?: readonly [width: number, height: number];
}

/**
 * Reads an image and brings it to a network's size and channels: colours become grey, or grey RGB.
 *
 * @throws TaskweaveError `FILE_MISSING`, `DATA_INVALID`; `CONFIG_INVALID` for a network whose input is no picture
 */
export async function fitImage(
  path: string,
  { imageShape }: Pick<RunPlan, 'imageShape'>,
): Promise<FittedImage> {
  const [height, width, channels] = imageShape;
  if (channels !== 1 && channels !== 3) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'The input of this run is not a picture.',
      subject: 'RUN',
      found: `${channels} channels`,
      expected: '1 (grey) or 3 (RGB)',
    });
  }
  const read = await readImage(path);
  const picture = resize(convert(read, channels), width, height);
  const same = read.width === width && read.height === height;
  return { path, picture, ...(!same && { resizedFrom: [read.width, read.height] as const }) };
}
