import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32, int32 } from '@taskweave/engine';
import { microBatchSizes, splitBatch } from './split-batch.js';

const counts = fc.integer({ min: 1, max: 200 });

describe('sizes of micro-batches', () => {
  it.each([
    [8, 1, [8]],
    [8, 2, [4, 4]],
    [8, 3, [3, 3, 2]],
    [3, 8, [1, 1, 1]],
  ])('of %i examples in %i parts are %j', (batchSize, count, sizes) => {
    expect(microBatchSizes(batchSize, count)).toEqual(sizes);
  });

  it('add up, differ by one at most, and fall', () => {
    fc.assert(
      fc.property(counts, counts, (batchSize, count) => {
        const sizes = microBatchSizes(batchSize, count);
        expect(sizes).toHaveLength(Math.min(batchSize, count));
        expect(sizes.reduce((a, b) => a + b)).toBe(batchSize);
        expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }),
    );
  });
});

describe('a batch in parts', () => {
  const batch = { image: float32([3, 2, 1], [1, 2, 3, 4, 5, 6]), label: int32([3], [7, 8, 9]) };

  it('keeps all examples, in order, with their labels', () => {
    expect(splitBatch(batch, 2)).toEqual([
      { share: 2 / 3, tensors: { image: float32([2, 2, 1], [1, 2, 3, 4]), label: int32([2], [7, 8]) } },
      { share: 1 / 3, tensors: { image: float32([1, 2, 1], [5, 6]), label: int32([1], [9]) } },
    ]);
  });

  it('of one is the batch', () => {
    expect(splitBatch(batch, 1)).toEqual([{ share: 1, tensors: batch }]);
  });
});
