import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageMatrix, resizeMatrix, transposed, type Matrix } from './axis-matrix.js';

const rows = ({ rows: count, columns, data }: Matrix): number[][] =>
  Array.from({ length: count }, (_, row) => data.slice(row * columns, (row + 1) * columns));

const legacy = { alignCorners: false, halfPixelCenters: false };

describe('resizeMatrix', () => {
  it.each([
    [
      'corners aligned',
      { ...legacy, alignCorners: true },
      [
        [1, 0],
        [2 / 3, 1 / 3],
        [1 / 3, 2 / 3],
        [0, 1],
      ],
    ],
    [
      'pixels as areas',
      { ...legacy, halfPixelCenters: true },
      [
        [1, 0],
        [0.75, 0.25],
        [0.25, 0.75],
        [0, 1],
      ],
    ],
    [
      'neither',
      legacy,
      [
        [1, 0],
        [0.5, 0.5],
        [0, 1],
        [0, 1],
      ],
    ],
  ])('from 2 to 4 pixels, %s', (_, mode, expected) => {
    rows(resizeMatrix(2, 4, mode)).forEach((row, i) =>
      row.forEach((weight, j) => expect(weight).toBeCloseTo(expected[i]![j]!, 12)),
    );
  });

  it('has rows that add up to 1, in every mode and size', () => {
    const pixels = fc.integer({ min: 1, max: 40 });
    const mode = fc.record({ alignCorners: fc.boolean(), halfPixelCenters: fc.boolean() });
    fc.assert(
      fc.property(pixels, pixels, mode, (input, output, options) => {
        const matrix = resizeMatrix(input, output, options);
        expect([matrix.rows, matrix.columns]).toEqual([output, input]);
        for (const row of rows(matrix)) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
      }),
    );
  });

  it('changes nothing where the sizes are equal', () => {
    expect(rows(resizeMatrix(3, 3, legacy))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });
});

describe('averageMatrix', () => {
  it('divides by the cells that lie inside', () => {
    const matrix = averageMatrix({ input: 4, output: 2, size: 3, stride: 2, before: 1 });
    expect(rows(matrix)).toEqual([
      [1 / 2, 1 / 2, 0, 0],
      [0, 1 / 3, 1 / 3, 1 / 3],
    ]);
  });
});

describe('transposed', () => {
  it('makes rows of columns', () => {
    expect(transposed({ rows: 2, columns: 3, data: [1, 2, 3, 4, 5, 6] })).toEqual({
      rows: 3,
      columns: 2,
      data: [1, 4, 2, 5, 3, 6],
    });
  });
});
