import type { tf } from '../../tf.js';
import type { Operation, Value } from '../graph.js';
import { depthwiseInfo, groupedInfo } from '../record/rules/convolution.js';
import { convolutionAttributes, tapViews } from './taps.js';
import type { LowerKernel, Lowering } from './lowering.js';

/** What the lowering of a grouped convolution needs to know; a depthwise one has a group for every channel. */
interface Grouped {
  readonly info: tf.backend_util.Conv2DInfo;
  readonly groups: number;
  /** Channels of the input, and of the output, that belong to one group. */
  readonly inputs: number;
  readonly outputs: number;
}

/** The geometry of a convolution of `x` with `filter`, whatever it returns. */
type Describe = (x: Value, filter: Value, operation: Operation) => Grouped;

const describeDepthwise: Describe = (x, filter, { attributes }) => ({
  info: depthwiseInfo(x.shape, filter.shape, attributes),
  groups: x.shape[3]!,
  inputs: 1,
  outputs: filter.shape[3]!,
});

const describeGrouped: Describe = (x, filter, { attributes }) => {
  const inputs = filter.shape[2]!;
  const groups = x.shape[3]! / inputs;
  return {
    info: groupedInfo(x.shape, filter.shape, attributes),
    groups,
    inputs,
    outputs: filter.shape[3]! / groups,
  };
};

/** Reads the filter as [groups · outputs, inputs, height, width], and writes its gradient from that form. */
interface FilterForm {
  readonly read: (filter: Value, grouped: Grouped, lowering: Lowering) => string;
  readonly write: (filter: Value, name: string, grouped: Grouped, lowering: Lowering) => void;
}

const groupedFilter: FilterForm = {
  read: (filter, _, lowering) => lowering.get(filter, 'oihw'),
  write: (filter, name, _, lowering) => lowering.place(filter, name, 'oihw'),
};

/** tfjs has [height, width, channels, multiplier], which is stored as [multiplier, channels, height, width]. */
const depthwiseFilter: FilterForm = {
  read: (filter, { groups, outputs, info }, lowering) => {
    const stored = lowering.get(filter, 'oihw');
    const ordered = outputs === 1 ? stored : lowering.node('Transpose', [stored], { perm: [1, 0, 2, 3] });
    return lowering.reshape(ordered, [groups * outputs, 1, info.filterHeight, info.filterWidth]);
  },
  write: (filter, name, { groups, outputs, info }, lowering) => {
    const split = lowering.reshape(name, [groups, outputs, info.filterHeight, info.filterWidth]);
    lowering.place(filter, lowering.node('Transpose', [split], { perm: [1, 0, 2, 3] }), 'oihw');
  },
};

/** d(output)/d(input). */
function backpropInput(dy: string, filter: string, grouped: Grouped, lowering: Lowering): string {
  const { info, groups } = grouped;
  const reach = [
    (info.filterHeight - 1) * info.dilationHeight + 1,
    (info.filterWidth - 1) * info.dilationWidth + 1,
  ] as const;
  const { top, left, bottom, right } = info.padInfo;
  // What a stride leaves over at the end of the input.
  const rest = [
    info.inHeight + top + bottom - ((info.outHeight - 1) * info.strideHeight + reach[0]),
    info.inWidth + left + right - ((info.outWidth - 1) * info.strideWidth + reach[1]),
  ];
  return lowering.node('ConvTranspose', [dy, filter], {
    ...convolutionAttributes(info),
    group: groups,
    output_padding: rest,
  });
}

/** d(output)/d(filter): per image and group, the gradient times the input under each tap, then summed over images. */
function backpropFilter(x: string, dy: string, grouped: Grouped, lowering: Lowering): string {
  const { info, groups, inputs, outputs } = grouped;
  const { batchSize, filterHeight, filterWidth } = info;
  const pixels = info.outHeight * info.outWidth;
  const taps = tapViews(x, info, lowering).map((tap) =>
    lowering.reshape(tap, [batchSize, groups, inputs, pixels]),
  );
  const columns = taps.length === 1 ? taps[0]! : lowering.node('Concat', taps, { axis: 2 });
  const products = lowering.node('MatMul', [
    lowering.reshape(dy, [batchSize, groups, outputs, pixels]),
    lowering.node('Transpose', [columns], { perm: [0, 1, 3, 2] }),
  ]);
  const sums = lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: 0 });
  const byTap = lowering.reshape(sums, [groups * outputs, filterHeight * filterWidth, inputs]);
  return lowering.reshape(lowering.node('Transpose', [byTap], { perm: [0, 2, 1] }), [
    groups * outputs,
    inputs,
    filterHeight,
    filterWidth,
  ]);
}

function kernels(prefix: string, describe: Describe, form: FilterForm): Record<string, LowerKernel> {
  return {
    [prefix]: (operation, lowering) => {
      const [x, filter] = operation.inputs as [Value, Value];
      const grouped = describe(x, filter, operation);
      const operands = [lowering.get(x, 'nchw'), form.read(filter, grouped, lowering)];
      const attributes = { ...convolutionAttributes(grouped.info), group: grouped.groups };
      lowering.place(operation.outputs[0]!, lowering.node('Conv', operands, attributes), 'nchw');
    },
    [`${prefix}BackpropInput`]: (operation, lowering) => {
      const [dy, filter] = operation.inputs as [Value, Value];
      const output = operation.outputs[0]!;
      const grouped = describe(output, filter, operation);
      const operands = [lowering.get(dy, 'nchw'), form.read(filter, grouped, lowering)] as const;
      lowering.place(output, backpropInput(...operands, grouped, lowering), 'nchw');
    },
    [`${prefix}BackpropFilter`]: (operation, lowering) => {
      const [x, dy] = operation.inputs as [Value, Value];
      const output = operation.outputs[0]!;
      const grouped = describe(x, output, operation);
      const operands = [lowering.get(x, 'nchw'), lowering.get(dy, 'nchw')] as const;
      form.write(output, backpropFilter(...operands, grouped, lowering), grouped, lowering);
    },
  };
}

/** Convolutions whose channels are split into groups, and their gradients. */
export const GROUPED_CONVOLUTION: Readonly<Record<string, LowerKernel>> = {
  ...kernels('DepthwiseConv2dNative', describeDepthwise, depthwiseFilter),
  ...kernels('GroupedConv2D', describeGrouped, groupedFilter),
};
