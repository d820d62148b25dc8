import { elementCount } from '@taskweave/common';
import { expect, it } from 'vitest';
import { scratchBytes } from './scratch-bytes.js';

const scratch = (opType: string, input: number[], filter: number[], output: number[]): number[] => {
  const shapes = new Map([
    ['x', input],
    ['filter', filter],
    ['y', output],
  ]);
  const bytes = (name: string): number => 4 * elementCount(shapes.get(name)!);
  return scratchBytes({ name: 'n', opType, inputs: ['x', 'filter'], outputs: ['y'] }, { shapes, bytes });
};

it.each([
  ['many filters on few places', 'Conv', [2, 8, 3, 3], [64, 8, 3, 3], [2, 64, 3, 3], [4 * 72 * 9]],
  ['few filters on many places', 'Conv', [2, 8, 32, 32], [64, 8, 3, 3], [2, 64, 32, 32], []],
  ['a pointwise convolution', 'Conv', [2, 8, 3, 3], [64, 8, 1, 1], [2, 64, 3, 3], []],
  ['a transposed convolution', 'ConvTranspose', [2, 8, 4, 4], [8, 5, 3, 3], [2, 5, 6, 6], [4 * 45 * 16]],
])('unfolds one image: %s', (_, opType, input, filter, output, expected) => {
  expect(scratch(opType, input, filter, output)).toEqual(expected);
});
