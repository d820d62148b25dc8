import { describe, expect, it } from 'vitest';
import { TYPED_ARRAYS, elementCount, tensorBytes } from './named-tensor.js';

describe('elementCount', () => {
  it.each([
    [[], 1],
    [[3], 3],
    [[2, 3, 4], 24],
    [[5, 0, 2], 0],
  ])('of %j is %i', (shape, count) => {
    expect(elementCount(shape)).toBe(count);
  });
});

describe('tensorBytes', () => {
  it('sees the elements of a view only, and changes to them', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const bytes = tensorBytes({ name: 'x', dtype: 'float32', shape: [2], data });
    expect(bytes).toHaveLength(8);
    bytes.set(new Uint8Array(Float32Array.of(7).buffer), 4);
    expect([...data]).toEqual([1, 7]);
  });

  it.each(Object.entries(TYPED_ARRAYS))('knows the array of %s', (dtype, array) => {
    expect(array.name.toLowerCase()).toBe(`${dtype}array`);
  });
});
