import { TaskweaveError } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { findStrategy, strategies } from './registry.js';

describe('findStrategy', () => {
  it('finds every strategy by its id', () => {
    expect(Object.keys(strategies)).toContain('mtl-nas');
    for (const [id, strategy] of Object.entries(strategies)) {
      expect(strategy.id).toBe(id);
      expect(findStrategy(id)).toBe(strategy);
    }
  });

  it.each(['mtlnas', 'constructor'])('refuses %s and names what there is', (id) => {
    expect(() => findStrategy(id)).toThrow(TaskweaveError);
    expect(() => findStrategy(id)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', found: id }));
  });
});
