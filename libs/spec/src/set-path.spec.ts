import { TaskweaveError, type Json } from '@taskweave/common';
import { describe, expect, it } from 'vitest';
import { applyAssignments } from './set-path.js';

const tree: Json = {
  optimizer: { learningRate: 0.05 },
  tasks: [{ id: 'left' }, { id: 'right', lossWeight: 1 }],
  strategy: { id: 'mtl-nas', options: { hardEval: true } },
};

describe('applyAssignments', () => {
  it('sets scalars, lists and maps, making maps on the way, and leaves its input alone', () => {
    const before = structuredClone(tree);
    const result = applyAssignments(tree, [
      'optimizer.learningRate=0.1',
      'tasks[1].lossWeight = 2',
      'fusion.init=[1, 0]',
      'data.options={trainLimit: 100}',
      'name="a=b"',
    ]);
    expect(result).toEqual({
      optimizer: { learningRate: 0.1 },
      tasks: [{ id: 'left' }, { id: 'right', lossWeight: 2 }],
      strategy: { id: 'mtl-nas', options: { hardEval: true } },
      fusion: { init: [1, 0] },
      data: { options: { trainLimit: 100 } },
      name: 'a=b',
    });
    expect(tree).toEqual(before);
  });

  it("drops another plug-in's options, and only those", () => {
    expect(applyAssignments(tree, ['strategy.id=fixed', 'strategy.options.edges=[1]'])).toMatchObject({
      strategy: { id: 'fixed', options: { edges: [1] } },
    });
    expect(applyAssignments(tree, ['strategy.id=fixed'])).toHaveProperty('strategy', { id: 'fixed' });
    expect(applyAssignments(tree, ['strategy.id=mtl-nas'])).toEqual(tree);
  });

  it.each([
    ['steps', 'It has no "="'],
    ['steps=', 'It has no value'],
    ['=5', 'not well formed'],
    ['a..b=5', 'not well formed'],
    ['tasks[x].id=5', 'not well formed'],
    ['tasks[-1].id=5', 'not well formed'],
    ['[0]=5', 'not well formed'],
    ['tasks[2].id=x', 'tasks has 2 items, counted from 0; there is no [2].'],
    ['tasks.id=x', 'tasks is a list of 2 items, not a map.'],
    ['optimizer[0]=x', 'optimizer is a map with the key learningRate, not a list.'],
    ['optimizer.learningRate.x=1', 'optimizer.learningRate is 0.05, not a map.'],
    ['__proto__.steps=1', "'__proto__' is not a key"],
    ['data.constructor=1', "'constructor' is not a key"],
  ])('refuses %s', (assignment, message) => {
    expect(() => applyAssignments(tree, [assignment])).toThrowError(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(message),
        expected: expect.stringContaining('path=value'),
      }) as TaskweaveError,
    );
  });

  it('refuses a value that is not YAML', () => {
    expect(() => applyAssignments(tree, ['fusion.init=[1,'])).toThrowError(/the value of --set fusion\.init/);
  });
});
