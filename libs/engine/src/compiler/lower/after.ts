import { physicalShape } from '../layout.js';
import type { LowerKernel } from './lowering.js';

/**
 * A value that is not to be had before another one. ONNX has no such operator, and onnxruntime runs a node whenever its
 * operands are there; so the value is reshaped to its own shape plus the sum of no element of the other, which is 0.
 * That copies nothing and reads neither.
 */
export const AFTER: Readonly<Record<string, LowerKernel>> = {
  After: ({ inputs: [x, other], outputs: [output] }, lowering) => {
    const layout = lowering.layoutOf(x!);
    const shape = physicalShape(x!.shape, layout);
    const none = lowering.node('Slice', [
      lowering.reshape(lowering.get(other!, lowering.layoutOf(other!)), [-1]),
      lowering.integers([0]),
      lowering.integers([0]),
    ]);
    const zero = lowering.node('Cast', [lowering.node('ReduceSum', [none], { keepdims: 1 })], { to: 7 });
    const target = lowering.node('Add', [lowering.integers(shape), zero]);
    // It joins reshapes that follow each other, and fails where the shape of one is computed (onnxruntime 1.30).
    lowering.disabledOptimizers.add('ReshapeFusion');
    const name = lowering.node('Reshape', [lowering.get(x!, layout), target]);
    lowering.place(output!, lowering.declare(name, shape), layout);
  },
};
