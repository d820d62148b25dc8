import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchIndices, batchesPerEpoch, type BatchOrder } from './batch-order.js';

const orders = fc
  .record({
    seed: fc.nat(2 ** 32 - 1),
    size: fc.integer({ min: 2, max: 200 }),
    batchSize: fc.integer({ min: 1, max: 40 }),
    trainSplit: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    mixed: fc.boolean(),
  })
  .filter(({ size, trainSplit }) => Math.floor(size * trainSplit) >= 1)
  .map((order): BatchOrder => ({ ...order, split: 'weights' }));
const epochs = fc.nat(5);

/** The batches of one epoch. */
async function epochOf(order: BatchOrder, epoch: number): Promise<number[][]> {
  const count = batchesPerEpoch(order);
  const numbers = Array.from({ length: count }, (_, i) => epoch * count + i);
  const batches = await Promise.all(numbers.map((number) => batchIndices(order, number)));
  return batches.map((batch) => {
    expect(batch.epoch).toBe(epoch);
    return [...batch.indices];
  });
}

const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

describe('batchIndices', () => {
  it('gives every example of the weights half exactly once an epoch, the last batch the rest', async () => {
    await fc.assert(
      fc.asyncProperty(orders, epochs, async (order, epoch) => {
        const batches = await epochOf(order, epoch);
        const seen = batches.flat();
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBe(Math.floor(order.size * order.trainSplit));
        batches.slice(0, -1).forEach((batch) => expect(batch).toHaveLength(order.batchSize));
        expect(Math.max(...seen)).toBeLessThan(order.size);
      }),
    );
  });

  it('never shows an example to weights and architecture in one epoch', async () => {
    await fc.assert(
      fc.asyncProperty(orders, epochs, async (order, epoch) => {
        const weights = new Set((await epochOf(order, epoch)).flat());
        const architecture = (await epochOf({ ...order, split: 'architecture' }, epoch)).flat();
        expect(architecture.filter((index) => weights.has(index))).toEqual([]);
      }),
    );
  });

  it('pairs batches of equal size, and starts a short architecture half over', async () => {
    await fc.assert(
      fc.asyncProperty(orders, epochs, async (order, epoch) => {
        const weights = await epochOf(order, epoch);
        const architecture = await epochOf({ ...order, split: 'architecture' }, epoch);
        expect(architecture.map((batch) => batch.length)).toEqual(weights.map((batch) => batch.length));
        const flat = architecture.flat();
        const half = order.size - weights.flat().length;
        expect(new Set(flat).size).toBe(Math.min(half, flat.length));
        flat.forEach((index, i) => expect(index).toBe(flat[i % half]));
      }),
    );
  });

  it('keeps the halves apart for the whole run unless they are mixed', async () => {
    const order: BatchOrder = {
      seed: 7,
      split: 'weights',
      size: 100,
      batchSize: 8,
      trainSplit: 0.5,
      mixed: false,
    };
    const [first, second] = [(await epochOf(order, 0)).flat(), (await epochOf(order, 1)).flat()];
    expect(sorted(first)).toEqual(sorted(second));
    expect(first).not.toEqual(second);
    const mixed = { ...order, mixed: true };
    expect(sorted((await epochOf(mixed, 0)).flat())).not.toEqual(sorted((await epochOf(mixed, 1)).flat()));
  });

  it('depends on nothing but its arguments', async () => {
    await fc.assert(
      fc.asyncProperty(orders, fc.nat(300), async (order, t) => {
        const before = await batchIndices(order, t);
        // Enough other orders to push this one out of what is remembered.
        for (let seed = 0; seed < 10; seed++)
          await batchIndices({ ...order, seed: order.seed ^ (seed + 1) }, t);
        expect(await batchIndices(order, t)).toEqual(before);
      }),
    );
    const order: BatchOrder = {
      seed: 1,
      split: 'weights',
      size: 50,
      batchSize: 50,
      trainSplit: 0.5,
      mixed: true,
    };
    expect(await batchIndices(order, 0)).not.toEqual(await batchIndices({ ...order, seed: 2 }, 0));
  });

  it('divides every batch among shards as evenly as can be', async () => {
    const splits = fc.constantFrom('weights', 'architecture', 'validation', 'test');
    await fc.assert(
      fc.asyncProperty(
        orders,
        splits,
        fc.integer({ min: 1, max: 5 }),
        fc.nat(20),
        async (base, split, count, t) => {
          const order: BatchOrder = { ...base, split: split as BatchOrder['split'] };
          const whole = await batchIndices(order, t);
          const shards = await Promise.all(
            Array.from({ length: count }, (_, index) => batchIndices(order, t, { index, count })),
          );
          expect(shards.flatMap(({ indices }) => [...indices])).toEqual([...whole.indices]);
          const sizes = shards.map(({ indices }) => indices.length);
          expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
          expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
          for (const { epoch, batchExamples } of shards) {
            expect({ epoch, batchExamples }).toEqual({
              epoch: whole.epoch,
              batchExamples: whole.indices.length,
            });
          }
        },
      ),
    );
  });

  it.each(['validation', 'test'] as const)('goes through %s in order', async (split) => {
    const order: BatchOrder = { seed: 1, split, size: 10, batchSize: 4, trainSplit: 0.5, mixed: true };
    expect(await epochOf(order, 0)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(await epochOf({ ...order, seed: 2 }, 1)).toEqual(await epochOf(order, 0));
  });

  it('refuses a half without examples', async () => {
    const order: BatchOrder = {
      seed: 1,
      split: 'weights',
      size: 3,
      batchSize: 1,
      trainSplit: 0.1,
      mixed: true,
    };
    await expect(batchIndices(order, 0)).rejects.toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', found: '0 of 3 examples for weights' }),
    );
  });
});
