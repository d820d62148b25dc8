import { float32 } from '@taskweave/engine';
import { expect, it } from 'vitest';
import { drawInput } from './input.js';

it('stretches one example from black to white', () => {
  const images = float32([2, 1, 2, 1], [7, 9, -1, 1]);
  expect(drawInput(images, 1)).toEqual([{ width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) }]);
  const colours = float32([1, 1, 1, 3], [0, 1, 2]);
  expect(drawInput(colours, 0)[0]).toMatchObject({ channels: 3, data: Uint8Array.of(0, 127, 255) });
});

it('draws an image that is all the same, and channels that are no colours each by itself', () => {
  expect(drawInput(float32([1, 1, 2, 1], [5, 5]), 0)[0]?.data).toEqual(Uint8Array.of(0, 0));
  const pictures = drawInput(float32([1, 1, 2, 2], [0, 1, 2, 4]), 0);
  expect(pictures.map(({ data }) => [...data])).toEqual([
    [0, 127],
    [63, 255],
  ]);
});
