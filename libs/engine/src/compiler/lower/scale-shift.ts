import type { LowerKernel } from './lowering.js';

/** x · scale + shift, channel by channel. */
export const SCALE_SHIFT: Readonly<Record<string, LowerKernel>> = {
  ScaleShift: ({ inputs: [x, scale, shift], outputs: [output] }, lowering) => {
    const channels = scale!.shape[0]!;
    const kernel = lowering.reshape(lowering.get(scale!), [channels, 1, 1, 1]);
    const operands = [lowering.get(x!, 'nchw'), kernel, lowering.get(shift!)];
    lowering.place(
      output!,
      lowering.node('Conv', operands, { kernel_shape: [1, 1], group: channels }),
      'nchw',
    );
  },
};
