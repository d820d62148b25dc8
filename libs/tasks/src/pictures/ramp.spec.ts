import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linear, oklab, rgbOf } from './colour.js';
import { ramp } from './ramp.js';

const lightnessAt = (share: number): number => oklab(linear(ramp(share)))[0];

it('greater numbers are lighter, in even steps', () => {
  const shades = Array.from({ length: 65 }, (_, i) => lightnessAt(i / 64));
  shades.slice(1).forEach((lightness, i) => {
    expect(lightness).toBeGreaterThan(shades[i]!);
    expect(lightness - shades[i]!).toBeCloseTo(0.63 / 64, 2);
  });
});

it('takes what is out of range for its ends', () => {
  expect([ramp(-3), ramp(7)]).toEqual([ramp(0), ramp(1)]);
});

it('colours survive the way to Oklab and back', () => {
  const value = fc.nat({ max: 255 });
  fc.assert(
    fc.property(fc.tuple(value, value, value), (colour) => {
      expect(rgbOf(oklab(linear(colour)))).toEqual(colour);
    }),
  );
});
