import { describe, expect, it } from 'vitest';
import { convert } from './convert.js';
import type { Raster } from './raster.js';
import { greyRaster } from './testing.js';

describe('converting', () => {
  const colour: Raster = {
    width: 2,
    height: 1,
    channels: 4,
    data: Uint8Array.of(255, 0, 0, 9, 10, 10, 10, 0),
  };

  it('weighs red, green and blue in grey', () => {
    expect(convert(colour, 1)).toEqual(greyRaster(2, [76, 10]));
  });

  it('drops opacity, repeats grey and brings 16 bits to 8', () => {
    expect([...convert(colour, 3).data]).toEqual([255, 0, 0, 10, 10, 10]);
    const wide: Raster = { width: 2, height: 1, channels: 2, data: Uint16Array.of(65535, 1, 257, 1) };
    expect([...convert(wide, 3).data]).toEqual([255, 255, 255, 1, 1, 1]);
  });
});
