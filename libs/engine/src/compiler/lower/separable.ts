import { transposed, type Matrix } from '../../axis-matrix.js';
import type { Lowering } from './lowering.js';

/**
 * `rows`ᵀ · image · `columns` for every image and channel, as two matrix products: the gradient of a map that is
 * linear and separable.
 *
 * @param dy name of a tensor [batch, channels, rows.rows, columns.rows]
 */
export function transposedSeparable(dy: string, rows: Matrix, columns: Matrix, lowering: Lowering): string {
  const constant = (matrix: Matrix): string =>
    lowering.constant('float32', [matrix.rows, matrix.columns], matrix.data);
  const wide = lowering.node('MatMul', [dy, constant(columns)]);
  return lowering.node('MatMul', [constant(transposed(rows)), wide]);
}
