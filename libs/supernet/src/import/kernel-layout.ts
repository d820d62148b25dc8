/** Shape of a kernel with output channels first. @param shape ours, HWIO */
export function oihwShape(shape: readonly number[]): number[] {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  return [outputs, inputs, height, width];
}

/**
 * Elements of a kernel in our order, HWIO.
 *
 * @param values in the order OIHW
 * @param shape ours, HWIO
 */
export function kernelFromOihw(values: Float32Array, shape: readonly number[]): Float32Array {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const taps = height * width;
  const result = new Float32Array(values.length);
  let from = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let tap = 0; tap < taps; tap++)
        result[(tap * inputs + input) * outputs + output] = values[from++]!;
    }
  }
  return result;
}
