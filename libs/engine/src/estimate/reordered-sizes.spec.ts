import { expect, it } from 'vitest';
import { withReordered } from './reordered-sizes.js';

it('sizes what onnxruntime puts around a pool', () => {
  const node = (opType: string, input: string, output: string) => ({
    ...{ name: output, opType },
    ...{ inputs: [input], outputs: [output] },
  });
  const shapes = new Map([
    ['x', [2, 16, 8, 8]],
    ['y', [2, 16, 4, 4]],
  ]);
  const sizes = withReordered(
    [
      node('ReorderInput', 'x', 'blocked'),
      node('MaxPool', 'blocked', 'pooled'),
      node('ReorderOutput', 'pooled', 'y'),
    ],
    { shapes, bytes: (name) => (name === 'x' ? 8192 : name === 'y' ? 2048 : 4) },
  );
  expect(sizes.shapes.get('blocked')).toEqual([2, 16, 8, 8]);
  expect(sizes.shapes.get('pooled')).toEqual([2, 16, 4, 4]);
  expect(['x', 'blocked', 'pooled', 'y'].map((name) => sizes.bytes(name))).toEqual([8192, 8192, 2048, 2048]);
});
