import { convolutionInfo } from '../record/shapes.js';
import type { LowerKernel, Lowering } from './lowering.js';
import type { tf } from '../../tf.js';

/** `pads` of an ONNX convolution: top, left, bottom, right. */
function pads({ padInfo: { top, left, bottom, right } }: tf.backend_util.Conv2DInfo): number[] {
  return [top, left, bottom, right];
}

function geometry(info: tf.backend_util.Conv2DInfo): Record<string, number[]> {
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: pads(info),
  };
}

/** d(output)/d(input) of a convolution with stride 1 is a convolution with the filter turned by 180 degrees. */
function backpropInput(
  dy: string,
  filter: string,
  info: tf.backend_util.Conv2DInfo,
  lowering: Lowering,
): string {
  const { filterHeight: kh, filterWidth: kw, dilationHeight: dh, dilationWidth: dw } = info;
  const top = (kh - 1) * dh - info.padInfo.top;
  const left = (kw - 1) * dw - info.padInfo.left;
  const strided = info.strideHeight !== 1 || info.strideWidth !== 1;
  if (strided || top < 0 || left < 0) {
    const outputPadding = [
      info.inHeight -
        ((info.outHeight - 1) * info.strideHeight +
          (kh - 1) * dh +
          1 -
          info.padInfo.top -
          info.padInfo.bottom),
      info.inWidth -
        ((info.outWidth - 1) * info.strideWidth + (kw - 1) * dw + 1 - info.padInfo.left - info.padInfo.right),
    ];
    return lowering.node('ConvTranspose', [dy, filter], { ...geometry(info), output_padding: outputPadding });
  }
  const bottom = info.inHeight - info.outHeight + (kh - 1) * dh - top;
  const right = info.inWidth - info.outWidth + (kw - 1) * dw - left;
  const first = lowering.integers([-1, -1]);
  const turned =
    kh * kw === 1
      ? filter
      : lowering.node('Slice', [
          filter,
          first,
          lowering.integers([-kh - 1, -kw - 1]),
          lowering.integers([2, 3]),
          first,
        ]);
  const swapped = lowering.node('Transpose', [turned], { perm: [1, 0, 2, 3] });
  return lowering.node('Conv', [dy, swapped], {
    kernel_shape: [kh, kw],
    strides: [1, 1],
    dilations: [dh, dw],
    pads: [top, left, bottom, right],
  });
}

/**
 * d(output)/d(filter): the input as it lies under each of the kh·kw taps, all taps side by side, times the output's
 * gradient - one matrix product per image, summed over pixels - and then summed over images.
 */
function backpropFilter(x: string, dy: string, info: tf.backend_util.Conv2DInfo, lowering: Lowering): string {
  const { batchSize: n, inChannels: i, outChannels: o, filterHeight: kh, filterWidth: kw } = info;
  const pixels = info.outHeight * info.outWidth;
  const taps = tapViews(x, info, lowering);
  const stacked = taps.length === 1 ? taps[0]! : lowering.node('Concat', taps, { axis: 1 });
  const columns = lowering.reshape(stacked, [n, kh * kw * i, pixels]);
  const products = lowering.node('MatMul', [
    lowering.reshape(dy, [n, o, pixels]),
    lowering.node('Transpose', [columns], { perm: [0, 2, 1] }),
  ]);
  const sums = lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: 0 });
  const byTap = lowering.reshape(sums, [o, kh * kw, i]);
  return lowering.reshape(lowering.node('Transpose', [byTap], { perm: [0, 2, 1] }), [o, i, kh, kw]);
}

/** For each tap of the filter, the part of the (padded) input that it meets: [n, i, outHeight, outWidth]. */
function tapViews(x: string, info: tf.backend_util.Conv2DInfo, lowering: Lowering): string[] {
  const { filterHeight: kh, filterWidth: kw, strideHeight, strideWidth } = info;
  const [top, left, bottom, right] = pads(info) as [number, number, number, number];
  if (kh * kw * strideHeight * strideWidth === 1 && top + left + bottom + right === 0) return [x];
  const padding = lowering.integers([0, 0, top, left, 0, 0, bottom, right]);
  const padded = top + left + bottom + right === 0 ? x : lowering.node('Pad', [x, padding]);
  return Array.from({ length: kh * kw }, (_, tap) => {
    const row = Math.floor(tap / kw) * info.dilationHeight;
    const column = (tap % kw) * info.dilationWidth;
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

/** Convolutions and their gradients. */
export const CONVOLUTION: Readonly<Record<string, LowerKernel>> = {
  Conv2D: ({ inputs: [x, filter], attributes, outputs: [output] }, lowering) => {
    const info = convolutionInfo(x!.shape, filter!.shape, attributes);
    const operands = [lowering.get(x!, 'nchw'), lowering.get(filter!, 'oihw')];
    lowering.place(output!, lowering.node('Conv', operands, geometry(info)), 'nchw');
  },
  Conv2DBackpropInput: ({ inputs: [dy, filter], attributes, outputs: [output] }, lowering) => {
    const info = convolutionInfo(output!.shape, filter!.shape, attributes);
    const name = backpropInput(lowering.get(dy!, 'nchw'), lowering.get(filter!, 'oihw'), info, lowering);
    lowering.place(output!, name, 'nchw');
  },
  Conv2DBackpropFilter: ({ inputs: [x, dy], attributes, outputs: [output] }, lowering) => {
    const info = convolutionInfo(x!.shape, output!.shape, attributes);
    const name = backpropFilter(lowering.get(x!, 'nchw'), lowering.get(dy!, 'nchw'), info, lowering);
    lowering.place(output!, name, 'oihw');
  },
};
