import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingFields, fieldsOf } from './spec-fields.js';

describe('fieldsOf', () => {
  it('gives paths as in --set', () => {
    const tree = {
      name: 'a',
      data: { options: {} },
      tasks: [{ id: 'left', channels: [[8], [16]] }],
      init: [1, 0],
    };
    expect([...fieldsOf(tree)]).toEqual([
      ['name', 'a'],
      ['tasks[0].id', 'left'],
      ['tasks[0].channels', '[[8],[16]]'],
      ['init', '[1,0]'],
    ]);
  });
});

describe('differingFields', () => {
  it('names fields that are changed, added or gone', () => {
    const trees = [
      { steps: 1, data: { set: 'a', size: 2 } },
      { steps: 1, data: { set: 'b' }, extra: true },
    ];
    expect(differingFields(trees)).toEqual(['data.set', 'data.size', 'extra']);
  });

  it('is empty for equal trees', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (tree) => {
        expect(differingFields([tree, structuredClone(tree)])).toEqual([]);
        expect(differingFields([tree])).toEqual([]);
      }),
    );
  });
});
