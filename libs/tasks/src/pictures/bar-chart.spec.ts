import { describe, expect, it } from 'vitest';
import { raster, type Raster } from '@taskweave/images';
import { barChart, type Bar } from './bar-chart.js';
import { drawText } from './digits.js';

/** A picture as text: `#` for dark pixels. */
function asText({ width, height, data }: Raster): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[3 * (y * width + x)]! < 128 ? '#' : '.')).join(''),
  );
}

/** Pixels of a colour. */
const count = ({ data }: Raster, colour: readonly number[]): number =>
  Array.from({ length: data.length / 3 }, (_, i) => data.subarray(3 * i, 3 * i + 3)).filter(
    (pixel) => pixel.join() === colour.join(),
  ).length;

const bar = (change: Partial<Bar>): Bar => ({ name: 3, value: 0.5, isTrue: false, ...change });
const GREY = [150, 150, 150];
const BLUE = [0, 114, 178];

describe('a chart', () => {
  it('has bars as long as probabilities', () => {
    const [half, full] = [0.5, 1].map((value) => count(barChart([bar({ value })]), GREY));
    expect(full).toBe(64 * 10);
    expect(half).toBe(full! / 2);
    expect(count(barChart([bar({ value: 0 })]), GREY)).toBe(0);
  });

  it('has the true class in another colour and beside a triangle, and a tick at its target', () => {
    const chart = barChart([bar({ isTrue: true })]);
    expect(count(chart, GREY)).toBe(0);
    expect(count(chart, BLUE)).toBeGreaterThan(32 * 10);
    const ticked = barChart([bar({ target: 0.9 })]);
    expect(count(ticked, [30, 30, 30]) - count(barChart([bar({})]), [30, 30, 30])).toBe(2 * 14);
  });

  it('has one size, whatever is in it', () => {
    for (const bars of [[], [bar({ name: 99_999, value: 2 })], new Array<Bar>(9).fill(bar({ target: -1 }))]) {
      expect(barChart(bars)).toMatchObject({ width: 144, height: 92, channels: 3 });
    }
  });
});

it('digits can be read', () => {
  const picture = raster(15, 5, 3);
  picture.data.fill(255);
  drawText(picture, '27.4', [0, 0], 1, [0, 0, 0]);
  expect(asText(picture)).toEqual([
    '##..###.....#.#',
    '..#...#.....#.#',
    '.#...#......###',
    '#....#........#',
    '###..#...#....#',
  ]);
});
