import type { tf } from '../../tf.js';
import type { Lowering } from './lowering.js';

/** Attributes of an ONNX convolution. */
export function convolutionAttributes(info: tf.backend_util.Conv2DInfo): Record<string, number[]> {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

/** For each tap of the filter, the part of the (padded) input that it meets: [n, channels, outHeight, outWidth]. */
export function tapViews(x: string, info: tf.backend_util.Conv2DInfo, lowering: Lowering): string[] {
  const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const { top, left, bottom, right } = info.padInfo;
  const isWhole = filterHeight * filterWidth * strideHeight * strideWidth === 1;
  if (isWhole && top + left + bottom + right === 0) return [x];
  const padding = lowering.integers([0, 0, top, left, 0, 0, bottom, right]);
  const padded = top + left + bottom + right === 0 ? x : lowering.node('Pad', [x, padding]);
  return Array.from({ length: filterHeight * filterWidth }, (_, tap) => {
    const row = Math.floor(tap / filterWidth) * info.dilationHeight;
    const column = (tap % filterWidth) * info.dilationWidth;
    const end = [
      row + (info.outHeight - 1) * strideHeight + 1,
      column + (info.outWidth - 1) * strideWidth + 1,
    ];
    return lowering.node('Slice', [
      padded,
      lowering.integers([row, column]),
      lowering.integers(end),
      lowering.integers([2, 3]),
      lowering.integers([strideHeight, strideWidth]),
    ]);
  });
}
