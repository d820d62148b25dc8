import { TaskweaveError } from '@taskweave/common';
import type { tf } from '../../tf.js';
import type { Operation } from '../../compiler/graph.js';
import { convolutionInfo, depthwiseInfo } from '../../compiler/record/rules/convolution.js';
import { poolInfo } from '../../compiler/record/shapes.js';
import type { GraphWriter, WriteKernel } from './graph-writer.js';
import { FLOAT, integers, text, type GraphAttributes } from './node-def.js';

/** Less than every number that a max pool may meet. */
const LOWEST = -3.4028234663852886e38;

/** Rows and columns of zeros (or of another number) around a map: [top, bottom] and [left, right]. */
type Margins = readonly [readonly [number, number], readonly [number, number]];

/** Margins that neither SAME nor VALID describes. */
function explicitMargins(pad: unknown, { padInfo }: tf.backend_util.Conv2DInfo): Margins | undefined {
  if (pad === 'same' || pad === 'valid') return undefined;
  const { top, bottom, left, right } = padInfo;
  return [
    [top, bottom],
    [left, right],
  ];
}

function paddingAttributes(pad: unknown, margins: Margins | undefined): GraphAttributes {
  if (margins === undefined) return { padding: text(String(pad).toUpperCase()) };
  return { padding: text('EXPLICIT'), explicit_paddings: integers([0, 0, ...margins.flat(), 0, 0]) };
}

const convolution =
  (op: string, geometry: typeof convolutionInfo): WriteKernel =>
  ({ inputs: [x, filter, bias], attributes, outputs: [output] }, writer) => {
    const info = geometry(x!.shape, filter!.shape, attributes);
    const pad = attributes['pad'];
    const name = writer.node(op, [writer.get(x!), writer.get(filter!)], {
      T: FLOAT,
      data_format: text('NHWC'),
      strides: integers([1, info.strideHeight, info.strideWidth, 1]),
      dilations: integers([1, info.dilationHeight, info.dilationWidth, 1]),
      ...paddingAttributes(pad, explicitMargins(pad, info)),
    });
    const biased =
      bias === undefined
        ? name
        : writer.node('BiasAdd', [name, writer.get(bias)], { T: FLOAT, data_format: text('NHWC') });
    writer.place(output!, biased);
  };

/** TF.js's pools know SAME and VALID only; other margins are put around the map beforehand. */
const pool =
  (op: string, margin: number | undefined): WriteKernel =>
  (operation, writer) => {
    const { inputs, attributes, outputs } = operation;
    const info = poolInfo(inputs[0]!.shape, attributes);
    const margins = explicitMargins(attributes['pad'], info);
    const x = margins === undefined ? writer.get(inputs[0]!) : padded(operation, margins, margin, writer);
    const name = writer.node(op, [x], {
      T: FLOAT,
      data_format: text('NHWC'),
      ksize: integers([1, info.filterHeight, info.filterWidth, 1]),
      strides: integers([1, info.strideHeight, info.strideWidth, 1]),
      ...paddingAttributes(margins === undefined ? attributes['pad'] : 'valid', undefined),
    });
    writer.place(outputs[0]!, name);
  };

function padded(
  { kernel, inputs, scope }: Operation,
  [rows, columns]: Margins,
  margin: number | undefined,
  writer: GraphWriter,
): string {
  if ([...rows, ...columns].every((size) => size === 0)) return writer.get(inputs[0]!);
  if (margin === undefined) {
    throw new TaskweaveError({
      code: 'CONFIG_INVALID',
      message: 'A TF.js graph model has no average pool with this padding.',
      subject: scope,
      found: `${kernel}, padding ${[...rows, ...columns].join(', ')}`,
      expected: "'same' or 'valid'",
      action: 'Export it as onnx.',
    });
  }
  const paddings = writer.constant({
    dtype: 'int32',
    shape: [4, 2],
    data: Int32Array.of(0, 0, ...rows, ...columns, 0, 0),
  });
  return writer.node('PadV2', [writer.get(inputs[0]!), paddings, writer.number(margin)], { T: FLOAT });
}

/** Convolutions and pools. */
export const WINDOWS: Readonly<Record<string, WriteKernel>> = {
  AvgPool: pool('AvgPool', undefined),
  Conv2D: convolution('Conv2D', convolutionInfo),
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative', depthwiseInfo),
  MaxPool: pool('MaxPool', LOWEST),
};
