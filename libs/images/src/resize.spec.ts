import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyRaster } from './testing.js';
import { raster } from './raster.js';
import { resize } from './resize.js';

const side = fc.integer({ min: 1, max: 12 });

describe('resizing', () => {
  it('is bilinear between pixel centres when it enlarges', () => {
    expect(resize(greyRaster(2, [0, 100]), 4, 1)).toEqual(greyRaster(4, [0, 25, 75, 100]));
  });

  it('takes the mean of what falls into a pixel when it shrinks', () => {
    // Triangles that reach 2 pixels from the middle, of which 1.75 lie inside the picture.
    expect(resize(greyRaster(4, [0, 200, 0, 200]), 2, 1).data).toEqual(Uint8Array.from([86, 114]));
  });

  it('keeps one colour, size, channels and bits', () => {
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        fc.constantFrom(1, 3),
        fc.boolean(),
        (w, h, width, height, channels, wide) => {
          const data = wide ? new Uint16Array(w * h * channels) : new Uint8Array(w * h * channels);
          const result = resize({ width: w, height: h, channels, data: data.fill(200) }, width, height);
          expect(result).toMatchObject({ width, height, channels });
          expect(result.data).toEqual(
            (wide ? new Uint16Array(width * height * channels) : raster(width, height, channels).data).fill(
              200,
            ),
          );
        },
      ),
    );
  });

  it('gives the picture back when the size is the same', () => {
    const one = greyRaster(3, [1, 2, 3, 4, 5, 6]);
    expect(resize(one, 3, 2)).toBe(one);
  });
});
