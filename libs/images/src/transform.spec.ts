import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, enlarge, raster, resize, type Raster } from './index.js';

const grey = (width: number, data: number[]): Raster => ({
  width,
  height: data.length / width,
  channels: 1,
  data: Uint8Array.from(data),
});
const side = fc.integer({ min: 1, max: 12 });

describe('resizing', () => {
  it('is bilinear between pixel centres when it enlarges', () => {
    expect(resize(grey(2, [0, 100]), 4, 1)).toEqual(grey(4, [0, 25, 75, 100]));
  });

  it('takes the mean of what falls into a pixel when it shrinks', () => {
    // Triangles that reach 2 pixels from the middle, of which 1.75 lie inside the picture.
    expect(resize(grey(4, [0, 200, 0, 200]), 2, 1).data).toEqual(Uint8Array.from([86, 114]));
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
    const one = grey(3, [1, 2, 3, 4, 5, 6]);
    expect(resize(one, 3, 2)).toBe(one);
  });
});

describe('enlarging', () => {
  it('makes squares of pixels', () => {
    expect(enlarge(grey(2, [1, 2, 3, 4]), 2)).toEqual(
      grey(4, [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]),
    );
  });
});

describe('converting', () => {
  const colour: Raster = {
    width: 2,
    height: 1,
    channels: 4,
    data: Uint8Array.of(255, 0, 0, 9, 10, 10, 10, 0),
  };

  it('weighs red, green and blue in grey', () => {
    expect(convert(colour, 1)).toEqual(grey(2, [76, 10]));
  });

  it('drops opacity, repeats grey and brings 16 bits to 8', () => {
    expect([...convert(colour, 3).data]).toEqual([255, 0, 0, 10, 10, 10]);
    const wide: Raster = { width: 2, height: 1, channels: 2, data: Uint16Array.of(65535, 1, 257, 1) };
    expect([...convert(wide, 3).data]).toEqual([255, 255, 255, 1, 1, 1]);
  });
});
