import { describe, expect, it } from 'vitest';
import type { NamedTensor } from '@taskweave/common';
import { float32, int32 } from './host-tensor.js';
import { hostTensors, namedTensors } from './named-tensors.js';

const named: NamedTensor[] = [
  { name: 'image', dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) },
  { name: 'label/left', dtype: 'int32', shape: [2], data: Int32Array.of(3, 4) },
];
const tensors = { image: float32([2, 1], [1, 2]), 'label/left': int32([2], [3, 4]) };

describe('named tensors and host tensors', () => {
  it('are the same in two forms', () => {
    expect(hostTensors(named)).toEqual(tensors);
    expect(namedTensors(tensors)).toEqual(named);
  });

  it('share their data', () => {
    expect(hostTensors(named)['image']!.data).toBe(named[0]!.data);
    expect(namedTensors(tensors)[1]!.data).toBe(tensors['label/left'].data);
  });

  it('refuses element types that no program takes, naming the tensor', () => {
    const alpha: NamedTensor = { name: 'alpha', dtype: 'float64', shape: [1], data: Float64Array.of(0) };
    expect(() => hostTensors([alpha])).toThrow(
      expect.objectContaining({ code: 'INTERNAL', subject: 'alpha', found: 'float64' }),
    );
  });
});
