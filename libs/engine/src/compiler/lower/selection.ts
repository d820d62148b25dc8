import type { LowerKernel } from './lowering.js';
import { ONNX_ELEMENT_TYPES } from './elementwise.js';
import { reductionAxes } from '../record/rules/reduction.js';

/** ONNX counts in 64 bits, tfjs in 32. */
const TO_INT32 = { to: ONNX_ELEMENT_TYPES.int32 };

function argument(opType: string): LowerKernel {
  return ({ inputs: [x], attributes, outputs: [output] }, lowering) => {
    const [axis] = reductionAxes(attributes, x!.shape.length);
    const where = lowering.node(opType, [lowering.get(x!)], { axis: axis!, keepdims: 0 });
    lowering.place(output!, lowering.node('Cast', [where], TO_INT32));
  };
}

/** Kernels that find extreme elements. Of equal ones the first counts. */
export const SELECTION: Readonly<Record<string, LowerKernel>> = {
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  TopK: ({ inputs: [x], attributes, outputs: [values, indices] }, lowering) => {
    const count = lowering.integers([attributes['k'] as number]);
    const [best, where] = lowering.nodeWithOutputs('TopK', [lowering.get(x!), count], 2);
    lowering.place(values!, best!);
    lowering.place(indices!, lowering.node('Cast', [where!], TO_INT32));
  },
};
