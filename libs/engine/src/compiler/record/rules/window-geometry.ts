import { TaskweaveError } from '@taskweave/common';
import type { tf } from '../../../tfjs.js';
import type { Attributes } from '../../graph.js';

/**
 * Refuses windows whose output size tfjs 4.22 gets wrong: where the padding is one number, it works out the width
 * from the window's height and its vertical stride.
 *
 * @throws TaskweaveError TRACE_UNSUPPORTED
 */
export function checkedGeometry(
  info: tf.backend_util.Conv2DInfo,
  attributes: Attributes,
): tf.backend_util.Conv2DInfo {
  const square =
    info.effectiveFilterHeight === info.effectiveFilterWidth && info.strideHeight === info.strideWidth;
  if (typeof attributes['pad'] !== 'number' || square) return info;
  throw new TaskweaveError({
    code: 'TRACE_UNSUPPORTED',
    message: 'Padding by one number needs a square window and equal strides.',
    found:
      `window ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth}, ` +
      `strides ${info.strideHeight} and ${info.strideWidth}`,
    expected: "'same', 'valid' or four numbers of padding",
    action: 'Write the padding as [[0, 0], [top, bottom], [left, right], [0, 0]].',
  });
}
