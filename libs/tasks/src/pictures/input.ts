import type { HostTensor } from '@taskweave/engine';
import { raster, type Raster } from '@taskweave/images';
import { exampleOf } from './paint.js';

/**
 * What a network is given of an example, stretched from black to white, as means and deviations shift and scale it. One
 * picture in grey or colour; of an image of other than 1 or 3 channels, one in grey for each of them.
 *
 * @param images a batch, [n, height, width, channels]
 */
export function drawInput(images: HostTensor, example: number): Raster[] {
  const { shape, data } = exampleOf(images, example);
  const [, height = 0, width = 0, channels = 1] = shape;
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const byte = (value: number): number => (255 * (value - least)) / Math.max(1e-9, most - least);
  if (channels === 1 || channels === 3) {
    const picture = raster(width, height, channels);
    data.forEach((value, i) => (picture.data[i] = byte(value)));
    return [picture];
  }
  return Array.from({ length: channels }, (_, channel) => {
    const picture = raster(width, height, 1);
    for (let i = 0; i < width * height; i++) picture.data[i] = byte(data[i * channels + channel]!);
    return picture;
  });
}
