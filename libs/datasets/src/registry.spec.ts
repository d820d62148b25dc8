import { describe, expect, it } from 'vitest';
import { DATA_SETS, findDataSet } from './registry.js';

describe('findDataSet', () => {
  it('finds each by its id, and ids are unique', () => {
    for (const definition of DATA_SETS) expect(findDataSet(definition.id)).toBe(definition);
  });

  it('lists what there is', () => {
    expect(() => findDataSet('mnist')).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        found: 'mnist',
        expected: DATA_SETS.map(({ id }) => id).join(', '),
      }),
    );
  });
});
