import { describe, expect, it } from 'vitest';
import { unevenArchitecture } from './architectures.fixture.js';
import { alignRows } from './rows.js';

describe('alignRows', () => {
  it('puts stages of one place in one block side by side', () => {
    const { networks } = unevenArchitecture({ long: [2, 1, 3], short: [1, 2] }, () => true);
    expect(alignRows(networks)).toEqual({
      rowOf: [
        [0, 1, 2, 4, 5, 6],
        [0, 2, 3],
      ],
      blocks: [
        { block: 0, first: 0, count: 2 },
        { block: 1, first: 2, count: 2 },
        { block: 2, first: 4, count: 3 },
      ],
    });
  });
});
