import { expect, it } from 'vitest';
import type { OnnxNode } from '../onnx-model.js';
import { OutputNames } from './output-names.js';

const node = (name: string, inputs: string[]): OnnxNode => ({
  name,
  opType: 'Exp',
  inputs,
  outputs: [name],
  attributes: {},
});

it('renames tensors where they are made and wherever they are read', () => {
  const names = new OutputNames([node('a', ['x']), node('b', ['a'])]);
  names.assign('a', 'output/a');
  expect(names.apply().map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
    [['x'], ['output/a']],
    [['output/a'], ['b']],
  ]);
});

it('copies inputs, and tensors that are an output already', () => {
  const names = new OutputNames([node('a', ['x'])]);
  names.assign('a', 'output/first');
  names.assign('a', 'output/second');
  names.assign('x', 'output/x');
  expect(names.apply().map(({ opType, inputs, outputs }) => [opType, inputs, outputs])).toEqual([
    ['Exp', ['x'], ['output/first']],
    ['Identity', ['output/first'], ['output/second']],
    ['Identity', ['x'], ['output/x']],
  ]);
});
