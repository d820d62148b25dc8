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
 * d(output)/d(filter): for each of the kh·kw taps, the input shifted under that tap times the output's gradient,
 * summed over pixels (a matrix product per image) and then over images.
 */
function backpropFilter(x: string, dy: string, info: tf.backend_util.Conv2DInfo, lowering: Lowering): string {
  const { batchSize: n, inChannels: i, outChannels: o, filterHeight: kh, filterWidth: kw } = info;
  const pixels = info.outHeight * info.outWidth;
  const padded = pads(info).some((pad) => pad !== 0)
    ? lowering.node('Pad', [
        x,
        lowering.integers([
          0,
          0,
          info.padInfo.top,
          info.padInfo.left,
          0,
          0,
          info.padInfo.bottom,
          info.padInfo.right,
        ]),
      ])
    : x;
  const gradient = lowering.reshape(dy, [n, o, pixels]);
  const whole = kh * kw === 1 && info.strideHeight === 1 && info.strideWidth === 1;
  const taps: string[] = [];
  for (let row = 0; row < kh; row++) {
    for (let column = 0; column < kw; column++) {
      const [top, left] = [row * info.dilationHeight, column * info.dilationWidth];
      const end = [
        top + (info.outHeight - 1) * info.strideHeight + 1,
        left + (info.outWidth - 1) * info.strideWidth + 1,
      ];
      const shifted = whole
        ? padded
        : lowering.node('Slice', [
            padded,
            lowering.integers([top, left]),
            lowering.integers(end),
            lowering.integers([2, 3]),
            lowering.integers([info.strideHeight, info.strideWidth]),
          ]);
      const columns = lowering.node('Transpose', [lowering.reshape(shifted, [n, i, pixels])], {
        perm: [0, 2, 1],
      });
      const products = lowering.node('MatMul', [gradient, columns]);
      taps.push(lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: 0 }));
    }
  }
  if (taps.length === 1) return lowering.reshape(taps[0]!, [o, i, kh, kw]);
  const columns = taps.map((tap) => lowering.reshape(tap, [o, i, 1]));
  return lowering.reshape(lowering.node('Concat', columns, { axis: 2 }), [o, i, kh, kw]);
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
