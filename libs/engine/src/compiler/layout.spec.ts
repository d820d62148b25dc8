import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import {
  convertLayout,
  permutation,
  physicalAxis,
  physicalShape,
  sameOrder,
  stateLayout,
  transposition,
  type Layout,
} from './layout.js';

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 });
const layout = fc.constantFrom<Layout>('plain', 'nchw', 'oihw');
const counted = (dims: readonly number[]) => Int32Array.from({ length: elementCount(dims) }, (_, i) => i);

describe('layouts', () => {
  it('put channels where ONNX wants them', () => {
    expect(physicalShape([2, 5, 6, 3], 'nchw')).toEqual([2, 3, 5, 6]);
    expect(physicalShape([3, 3, 8, 16], 'oihw')).toEqual([16, 8, 3, 3]);
    expect(physicalShape([4, 7], 'plain')).toEqual([4, 7]);
  });

  it('keep filters, and nothing else of the state, in the order of convolutions', () => {
    expect([[3, 3, 8, 16], [16], [36, 5], []].map(stateLayout)).toEqual(['oihw', 'plain', 'plain', 'plain']);
  });

  it('know where each axis lies', () => {
    fc.assert(
      fc.property(layout, fc.nat(3), (to, axis) => {
        expect(permutation(to, 4)[physicalAxis(axis, to, 4)]).toBe(axis);
      }),
    );
  });

  it('are converted by a transposition of the physical shape', () => {
    fc.assert(
      fc.property(shape, layout, layout, (dims, from, to) => {
        const physical = physicalShape(dims, from);
        expect(transposition(from, to).map((axis) => physical[axis]!)).toEqual(physicalShape(dims, to));
      }),
    );
  });
});

describe('convertLayout', () => {
  it('moves every element to its place', () => {
    fc.assert(
      fc.property(
        shape,
        layout,
        fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
        (dims, to, draws) => {
          const index = dims.map((size, axis) => draws[axis]! % size);
          const offset = (sizes: readonly number[], at: readonly number[]) =>
            sizes.reduce((sum, size, axis) => sum * size + at[axis]!, 0);
          const converted = convertLayout(counted(dims), dims, 'plain', to);
          expect(converted[offset(physicalShape(dims, to), physicalShape(index, to))]).toBe(
            offset(dims, index),
          );
        },
      ),
    );
  });

  it('is undone by the conversion back, in a copy', () => {
    fc.assert(
      fc.property(shape, layout, layout, (dims, from, to) => {
        const data = counted(dims);
        const back = convertLayout(convertLayout(data, dims, from, to), dims, to, from);
        expect(back).toEqual(data);
        expect(back).not.toBe(data);
      }),
    );
  });

  it('leaves the elements in order exactly where sameOrder says so', () => {
    fc.assert(
      fc.property(shape, layout, layout, (dims, from, to) => {
        const data = counted(dims);
        expect(convertLayout(data, dims, from, to).join() === data.join()).toBe(sameOrder(dims, from, to));
      }),
    );
  });
});
