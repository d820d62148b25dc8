import { convolutionInfo } from '../record/shapes.js';
import type { LowerKernel, Lowering } from './lowering.js';
import { convolutionAttributes, tapViews } from './taps.js';
import type { tf } from '../../tf.js';

/**
 * d(output)/d(input). With stride 1 it is a convolution with the filter turned by 180 degrees; turning copies the
 * filter twice, so where the filter is larger than the feature map (deep in a network), and with any other stride, it
 * is a transposed convolution, which takes the filter as it lies.
 */
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
  const filterIsLarger =
    kh * kw > 1 && kh * kw * info.outChannels > info.batchSize * info.inHeight * info.inWidth;
  const bottom = info.inHeight - info.outHeight + (kh - 1) * dh - top;
  const right = info.inWidth - info.outWidth + (kw - 1) * dw - left;
  if (strided || filterIsLarger || Math.min(top, left, bottom, right) < 0) {
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
    return lowering.node('ConvTranspose', [dy, filter], {
      ...convolutionAttributes(info),
      output_padding: outputPadding,
    });
  }
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

/** Most elements of the columns of {@link backpropFilter}, of which there are two copies at a time: 2 x 256 MiB. */
const MOST_COLUMNS = 2 ** 26;

/**
 * d(output)/d(filter): the input as it lies under each of the kh·kw taps, times the output's gradient, summed over
 * pixels and images. Columns are ordered (input channel, tap), so that the product comes out as the filter lies.
 *
 * One product per image and then a sum over images; or, where an image has fewer pixels than the output has channels,
 * one product over the pixels of all images: then the filters' gradients of single images are the larger tensors.
 * Where the columns of all taps would take too much memory, one product per tap.
 */
function backpropFilter(x: string, dy: string, info: tf.backend_util.Conv2DInfo, lowering: Lowering): string {
  const { batchSize: n, inChannels: i, outChannels: o, filterHeight: kh, filterWidth: kw } = info;
  const pixels = info.outHeight * info.outWidth;
  const taps = tapViews(x, info, lowering).map((tap) => lowering.reshape(tap, [n, i, 1, pixels]));
  const gradient = lowering.reshape(dy, [n, o, pixels]);
  /** From columns [n, i, t, pixels] to the gradient [o, i, t] of t taps. */
  const ofTaps = (columns: string, t: number): string => {
    const byPixel = lowering.node('Transpose', [lowering.reshape(columns, [n, i * t, pixels])], {
      perm: [0, 2, 1],
    });
    if (n > 1 && pixels < o) {
      const byChannel = lowering.node('Transpose', [gradient], { perm: [1, 0, 2] });
      const rows = lowering.reshape(byChannel, [o, n * pixels]);
      return lowering.node('MatMul', [rows, lowering.reshape(byPixel, [n * pixels, i * t])]);
    }
    const products = lowering.node('MatMul', [gradient, byPixel]);
    return lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: 0 });
  };
  if (taps.length > 1 && n * i * taps.length * pixels > MOST_COLUMNS) {
    const single = taps.map((tap) => lowering.reshape(ofTaps(tap, 1), [o, i, 1]));
    return lowering.reshape(lowering.node('Concat', single, { axis: 2 }), [o, i, kh, kw]);
  }
  const stacked = taps.length === 1 ? taps[0]! : lowering.node('Concat', taps, { axis: 2 });
  return lowering.reshape(ofTaps(stacked, taps.length), [o, i, kh, kw]);
}

/** Convolutions and their gradients. */
export const CONVOLUTION: Readonly<Record<string, LowerKernel>> = {
  Conv2D: ({ inputs: [x, filter, bias], attributes, outputs: [output] }, lowering) => {
    const info = convolutionInfo(x!.shape, filter!.shape, attributes);
    const operands = [lowering.get(x!, 'nchw'), lowering.get(filter!, 'oihw')];
    if (bias !== undefined) operands.push(lowering.get(bias));
    lowering.place(output!, lowering.node('Conv', operands, convolutionAttributes(info)), 'nchw');
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
