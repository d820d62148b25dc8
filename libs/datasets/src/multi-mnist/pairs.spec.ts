import { describe, expect, it } from 'vitest';
import { digitPairs } from './pairs.js';

const sorted = (numbers: Uint32Array) => [...numbers].sort((a, b) => a - b);

describe('digitPairs', async () => {
  const pairs = await digitPairs();

  it('never changes', () => {
    // Scores are comparable only as long as these stay what they are.
    expect([...pairs.train.left.slice(0, 3), ...pairs.train.right.slice(0, 3)]).toMatchInlineSnapshot(`
      [
        55314,
        4885,
        53526,
        50683,
        1627,
        43750,
      ]
    `);
    expect([...pairs.test.left.slice(0, 3), ...pairs.test.right.slice(0, 3)]).toMatchInlineSnapshot(`
      [
        0,
        1,
        2,
        2177,
        9464,
        3,
      ]
    `);
  });

  it('uses every digit once on either side, and none in both training and validation', () => {
    for (const { left, right } of Object.values(pairs)) expect(sorted(left)).toEqual(sorted(right));
    const all = new Set([...pairs.train.left, ...pairs.validation.left]);
    expect([pairs.train.left.length, pairs.validation.left.length, all.size]).toEqual([
      50_000, 10_000, 60_000,
    ]);
    expect(sorted(pairs.test.left)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
  });
});
