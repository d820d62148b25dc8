import { describe, expect, it } from 'vitest';
import { resolvePaths } from './file-paths.js';

describe('resolvePaths', () => {
  it('makes paths of the spec and of its tasks absolute, and nothing else', () => {
    const tree = {
      name: 'x',
      initialWeights: 'vgg.safetensors',
      tasks: [
        { id: 'a', initialWeights: '../runs/a' },
        { id: 'b', initialWeights: '/elsewhere' },
      ],
    };
    expect(resolvePaths(tree, '/projects/configs')).toEqual({
      name: 'x',
      initialWeights: '/projects/configs/vgg.safetensors',
      tasks: [
        { id: 'a', initialWeights: '/projects/runs/a' },
        { id: 'b', initialWeights: '/elsewhere' },
      ],
    });
  });

  it.each([
    [null],
    ['text'],
    [{ tasks: 3 }],
    [{ initialWeights: 3, tasks: ['a', null] }],
    [{ initialWeights: '' }],
  ])('leaves %j to the schema', (tree) => {
    expect(resolvePaths(tree, '/work')).toEqual(tree);
  });

  it('keeps a key __proto__ a key, which the schema refuses', () => {
    const tree = JSON.parse('{"__proto__": {"initialWeights": "x"}}') as never;
    expect(Object.keys(resolvePaths(tree, '/work') as object)).toEqual(['__proto__']);
  });
});
