import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '@taskweave/common';
import type { Planes } from '../planes.js';
import { augment, resized, type ImageAndMaps } from './augment.js';
import { NO_AUGMENTATION, type Augmentation } from './augmentation.js';
import { jitterColours } from './colour-jitter.js';
import { mirror, negateX } from './mirror.js';

const sides = fc.integer({ min: 3, max: 12 });
const draws = fc.record({ seed: fc.nat(), step: fc.nat(1000) });

/**
 * An example that carries its coordinates: the image is (x + 1, y + 1, 100), the class map x + width y modulo 250, the
 * normals (x, y, 1) as they are. Pixel (x, y) of either is where the other says.
 */
function coordinates(width: number, height: number): ImageAndMaps {
  const planes = <D extends Float32Array | Int32Array>(
    data: D,
    channels: number,
    at: (x: number, y: number) => number[],
  ): Planes<D> => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) data.set(at(x, y), (y * width + x) * channels);
    return { width, height, channels, data };
  };
  const size = width * height;
  return {
    image: planes(new Float32Array(3 * size), 3, (x, y) => [x + 1, y + 1, 100]),
    maps: [
      {
        format: { kind: 'segmentation', outputs: 250 },
        planes: planes(new Int32Array(size), 1, (x, y) => [(x + width * y) % 250]),
      },
      {
        format: { kind: 'surface-normals', encoding: 'unit-float' },
        planes: planes(new Float32Array(3 * size), 3, (x, y) => [x, y, 1]),
      },
    ],
  };
}

function run(width: number, height: number, options: Partial<Augmentation>, seed: number, step = 0) {
  const all = { ...NO_AUGMENTATION, ...options };
  const { image, maps } = augment(coordinates(width, height), all, randomStream(seed, 'augment/0', step));
  return { image, classes: maps[0]!.planes, normals: maps[1]!.planes };
}

/** Pixels of the result that came from the image: blue is 100 there, and 0 in the padding. */
function* inside({ image, classes, normals }: ReturnType<typeof run>) {
  for (let i = 0; i < image.width * image.height; i++) {
    if (image.data[3 * i + 2]! < 99.9) continue;
    yield {
      x: image.data[3 * i]! - 1,
      y: image.data[3 * i + 1]! - 1,
      label: classes.data[i]!,
      normal: [...normals.data.subarray(3 * i, 3 * i + 3)],
    };
  }
}

describe('augment', () => {
  it('keeps labels at their pixels through mirror, padding and crop', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, draws, (width, height, w, h, { seed, step }) => {
        const result = run(width, height, { mirror: true, crop: [h, w] }, seed, step);
        expect([result.image.width, result.image.height]).toEqual([w, h]);
        const flips = new Set<boolean>();
        for (const { x, y, label, normal } of inside(result)) {
          expect(label).toBe((x + width * y) % 250);
          expect(normal.slice(1)).toEqual([y, 1]);
          expect(Math.abs(normal[0]!)).toBe(x);
          if (x > 0) flips.add(normal[0]! < 0);
        }
        // All of an example is mirrored, or none.
        expect(flips.size).toBeLessThanOrEqual(1);
        for (let i = 0; i < w * h; i++) {
          const padded = result.image.data[3 * i + 2] === 0;
          expect(result.classes.data[i] === 255).toBe(padded);
          if (!padded) continue;
          expect([...result.image.data.subarray(3 * i, 3 * i + 3)]).toEqual([0, 0, 0]);
          expect([...result.normals.data.subarray(3 * i, 3 * i + 3)]).toEqual([255, 255, 255]);
        }
      }),
    );
  });

  it('keeps labels within a pixel of where scaling puts the image', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 40 }),
        fc.integer({ min: 16, max: 40 }),
        draws,
        (width, height, { seed, step }) => {
          const result = run(width, height, { scale: [0.5, 1.5], mirror: true, crop: [24, 24] }, seed, step);
          let worst = 0;
          for (const { x, y, normal } of inside(result)) {
            worst = Math.max(worst, Math.abs(Math.abs(normal[0]!) - x), Math.abs(normal[1]! - y));
          }
          // The triangle filter is cut off at the border, where it leans inwards.
          expect(worst).toBeLessThan(1.6);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('makes the shorter side the whole part of its product, and keeps the proportion', () => {
    const sizes = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const { image } = run(30, 20, { scale: [0.5, 1.5] }, seed);
      expect(image.width).toBe(Math.floor((image.height * 30) / 20));
      sizes.add(image.height);
    }
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...sizes)).toBeLessThan(30);
    expect(sizes.size).toBeGreaterThan(10);
  });

  it('pads both sides by all that is missing, so a crop may hold little of the image', () => {
    const shown = new Set<number>();
    for (let seed = 0; seed < 80; seed++)
      shown.add([...inside(run(3, 30, { crop: [30, 9] }, seed))].length / 30);
    // Padded to 6 + 3 + 6 columns, of which any 9 may be taken: the 3 of the image are always among them.
    expect([...shown]).toEqual([3]);
    const columns = new Set<number>();
    for (let seed = 0; seed < 80; seed++) {
      const { classes } = run(3, 9, { crop: [9, 9] }, seed);
      columns.add(classes.data.subarray(0, 9).findIndex((value) => value !== 255));
    }
    expect([...columns].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is a pure function of the draw', () => {
    const options = { hue: 0.05, saturation: 0.05, scale: [0.5, 1.5], mirror: true, crop: [12, 12] } as const;
    fc.assert(
      fc.property(draws, ({ seed, step }) => {
        expect(run(20, 15, options, seed, step)).toEqual(run(20, 15, options, seed, step));
        expect(run(20, 15, options, seed, step)).not.toEqual(run(20, 15, options, seed, step + 1));
      }),
      { numRuns: 20 },
    );
  });

  it('mirrors half of the examples', () => {
    let mirrored = 0;
    for (let seed = 0; seed < 400; seed++)
      if (run(4, 3, { mirror: true }, seed).image.data[0] !== 1) mirrored++;
    expect(Math.abs(mirrored - 200)).toBeLessThan(60);
  });

  it('negates the x component of mirrored normals unless told not to', () => {
    const signs = (mirrorNormals: boolean): number[] => {
      const seed = [...Array(50).keys()].find((one) => run(4, 3, { mirror: true }, one).image.data[0] !== 1)!;
      return [...run(4, 1, { mirror: true, mirrorNormals }, seed).normals.data];
    };
    expect(signs(true).map((value) => value + 0)).toEqual([-3, 0, 1, -2, 0, 1, -1, 0, 1, 0, 0, 1]);
    expect(signs(false)).toEqual([3, 0, 1, 2, 0, 1, 1, 0, 1, 0, 0, 1]);
  });

  it('changes nothing when all is off', () => {
    fc.assert(
      fc.property(sides, sides, draws, (width, height, { seed }) => {
        const { image, maps } = coordinates(width, height);
        const result = run(width, height, {}, seed);
        expect(result).toEqual({ image, classes: maps[0]!.planes, normals: maps[1]!.planes });
      }),
    );
  });
});

describe('mirror', () => {
  it('twice is nothing, of normals too', () => {
    const component = fc.oneof(fc.constant(255), fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.array(component, { minLength: 9, maxLength: 99 }),
        (width, height, values) => {
          const data = Float32Array.from(
            { length: 3 * width * height },
            (_, i) => values[i % values.length]! + 0,
          );
          const planes: Planes<Float32Array> = { width, height, channels: 3, data };
          const once = mirror(planes);
          negateX(once, false);
          const twice = mirror(once);
          negateX(twice, false);
          expect(twice.data.map((value) => value + 0)).toEqual(data.map((value) => value + 0));
        },
      ),
    );
  });

  it('turns shifted bytes around their middle and leaves pixels without label', () => {
    const planes = { width: 2, height: 1, channels: 3, data: Float32Array.of(0, 128, 200, 255, 255, 255) };
    negateX(planes, true);
    expect([...planes.data]).toEqual([255, 128, 200, 255, 255, 255]);
  });
});

describe('jitterColours', () => {
  const jittered = (rgb: number[], saturation: number, hue: number): number[] => {
    const data = Float32Array.from(rgb);
    jitterColours({ width: 1, height: 1, channels: 3, data }, saturation, hue);
    return [...data];
  };

  it('turns the hue by known colours', () => {
    expect(jittered([255, 0, 0], 1, 1 / 3).map(Math.round)).toEqual([0, 255, 0]);
    expect(jittered([255, 0, 0], 1, -1 / 3).map(Math.round)).toEqual([0, 0, 255]);
    expect(jittered([200, 100, 100], 1, 1 / 6).map(Math.round)).toEqual([200, 200, 100]);
    expect(jittered([200, 100, 50], 1, 0.5).map(Math.round)).toEqual([50, 150, 200]);
  });

  it('keeps luma under saturation, and brightness and chroma under hue', () => {
    const colour = fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200));
    fc.assert(
      fc.property(colour, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (rgb, hue) => {
        const turned = jittered(rgb, 1, hue);
        expect(Math.max(...turned)).toBeCloseTo(Math.max(...rgb), 3);
        expect(Math.min(...turned)).toBeCloseTo(Math.min(...rgb), 3);
        jittered(turned, 1, -hue).forEach((value, i) => expect(value).toBeCloseTo(rgb[i]!, 2));
        const luma = ([r, g, b]: number[]): number => 0.299 * r! + 0.587 * g! + 0.114 * b!;
        expect(luma(jittered(rgb, 0.9, 0))).toBeCloseTo(luma(rgb), 3);
      }),
    );
    expect(jittered([10, 60, 90], 0, 0).map((value) => Math.round(value))).toEqual([48, 48, 48]);
  });
});

describe('resized', () => {
  it('keeps a plain colour, and takes no label that is not there', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (width, height, w, h) => {
        const example = coordinates(width, height);
        const { image, maps } = resized(example, w, h);
        for (let i = 0; i < w * h; i++) expect(image.data[3 * i + 2]).toBeCloseTo(100, 3);
        const known = new Set(example.maps[0]!.planes.data);
        for (const value of maps[0]!.planes.data) expect(known.has(value)).toBe(true);
      }),
    );
  });
});
