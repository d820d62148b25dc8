/**
 * Bilinear resizing and average pooling are linear, and treat rows and columns one after the other: each is
 * R·image·Cᵀ for a matrix R that depends on the heights only and a matrix C that depends on the widths only.
 * Their gradients are Rᵀ·dy·C. The matrices are here.
 */

/** A matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: readonly number[];
}

function matrix(
  rows: number,
  columns: number,
  fill: (add: (row: number, column: number, by: number) => void) => void,
): Matrix {
  const data = new Array<number>(rows * columns).fill(0);
  fill((row, column, by) => (data[row * columns + column]! += by));
  return { rows, columns, data };
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const entries = Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
  );
  return { rows: columns, columns: rows, data: entries };
}

/** How pixels of the output correspond to places in the input; neither means that pixel 0 lies on pixel 0. */
export interface ResizeMode {
  /** The first and last pixels of input and output coincide. */
  readonly alignCorners: boolean;
  /** Pixels are areas, and the outer borders coincide. */
  readonly halfPixelCenters: boolean;
}

/**
 * Linear interpolation along one axis: [output, input], rows add up to 1.
 *
 * @param input pixels before, >= 1
 * @param output pixels after, >= 1
 */
export function resizeMatrix(
  input: number,
  output: number,
  { alignCorners, halfPixelCenters }: ResizeMode,
): Matrix {
  const scale = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  return matrix(output, input, (add) => {
    for (let i = 0; i < output; i++) {
      const place = halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
      const inside = Math.min(Math.max(place, 0), input - 1);
      const before = Math.floor(inside);
      add(i, before, 1 - (inside - before));
      if (inside > before) add(i, before + 1, inside - before);
    }
  });
}

/** A pool's windows along one axis. */
export interface Windows {
  readonly input: number;
  readonly output: number;
  readonly size: number;
  readonly stride: number;
  /** Cells of padding in front. */
  readonly before: number;
}

/** The mean over each window along one axis, of the cells that lie inside: [output, input]. */
export function averageMatrix({ input, output, size, stride, before }: Windows): Matrix {
  return matrix(output, input, (add) => {
    for (let i = 0; i < output; i++) {
      const first = Math.max(0, i * stride - before);
      const last = Math.min(input, i * stride - before + size);
      for (let cell = first; cell < last; cell++) add(i, cell, 1 / (last - first));
    }
  });
}
