import { expect, it } from 'vitest';
import { peakBytes, type ModelGraph } from './peak-bytes.js';

const graph = (nodes: [opType: string, inputs: string[], outputs: string[]][]): ModelGraph => ({
  inputs: [{ name: 'x', dtype: 'float32', shape: [1] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [1] }],
  initializers: [],
  nodes: nodes.map(([opType, inputs, outputs], i) => ({ name: `n${i}`, opType, inputs, outputs })),
});

it('counts a tensor from its maker to its last reader', () => {
  const model = graph([
    ['Conv', ['x'], ['a']],
    ['Conv', ['a'], ['b']],
    ['Conv', ['b'], ['c']],
    ['Conv', ['c'], ['y']],
  ]);
  expect(peakBytes(model, () => 10)).toBe(20);
  const kept = graph([
    ['Conv', ['x'], ['a']],
    ['Conv', ['a'], ['b']],
    ['Conv', ['b'], ['c']],
    ['Concat', ['a', 'c'], ['y']],
  ]);
  expect(peakBytes(kept, () => 10)).toBe(30);
});

it('knows views, and operators that write over an operand', () => {
  const model = graph([
    ['Conv', ['x'], ['a']],
    ['Reshape', ['a'], ['b']],
    ['Relu', ['b'], ['c']],
    ['Relu', ['c'], ['d']],
    ['Conv', ['d'], ['y']],
  ]);
  expect(peakBytes(model, () => 10)).toBe(10);
});

it('does not write over what is still needed, nor over the caller’s', () => {
  const model = graph([
    ['Relu', ['x'], ['a']],
    ['Relu', ['a'], ['b']],
    ['Add', ['a', 'b'], ['y']],
  ]);
  expect(peakBytes(model, () => 10)).toBe(20);
});
