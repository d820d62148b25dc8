import { expect, it } from 'vitest';
import { planBuffers, type BufferStep, type ModelGraph } from './buffer-plan.js';
import type { TensorSizes } from './tensor-shapes.js';

type Links = [opType: string, inputs: string[], outputs: string[]];

const graph = (nodes: Links[]): ModelGraph => ({
  inputs: [{ name: 'x', dtype: 'float32', shape: [8] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [8] }],
  initializers: [],
  nodes: nodes.map(([opType, inputs, outputs], i) => ({ name: `n${i}`, opType, inputs, outputs })),
});

/** All tensors have eight elements, other than those said. */
function plan(nodes: Links[], others: Record<string, number[]> = {}): BufferStep[] {
  const names = nodes.flatMap(([, inputs, outputs]) => [...inputs, ...outputs]);
  const shapes = new Map(names.map((name) => [name, others[name] ?? [8]]));
  const sizes: TensorSizes = {
    shapes,
    bytes: (name) => 4 * shapes.get(name)!.reduce((product, size) => product * size, 1),
  };
  return planBuffers(graph(nodes), sizes);
}

it('keeps a buffer from the maker of its tensor to the last reader', () => {
  const steps = plan(
    [
      ['Conv', ['x'], ['a']],
      ['Conv', ['a'], ['b']],
      ['Concat', ['a', 'b'], ['y']],
    ],
    { b: [4] },
  );
  expect(steps).toEqual([
    { allocated: ['a'], released: [] },
    { allocated: ['b'], released: [] },
    { allocated: [], released: ['a', 'b'] },
  ]);
});

it('puts a tensor where one of the same shape was, and keeps that memory in between', () => {
  const steps = plan(
    [
      ['Conv', ['x'], ['a']],
      ['Conv', ['a'], ['b']],
      ['Conv', ['b'], ['c']],
      ['Conv', ['c'], ['y']],
    ],
    { b: [4] },
  );
  expect(steps.map(({ allocated }) => allocated)).toEqual([['a'], ['b'], [], []]);
  expect(steps.map(({ released }) => released)).toEqual([[], [], ['b'], ['a']]);
});

it('knows views, and kernels that write over their operand', () => {
  const steps = plan([
    ['Conv', ['x'], ['a']],
    ['Reshape', ['a'], ['b']],
    ['Relu', ['b'], ['c']],
    ['Conv', ['c'], ['y']],
  ]);
  expect(steps.flatMap(({ allocated }) => allocated)).toEqual(['a']);
  expect(steps[3]!.released).toEqual(['a']);
});

it('does not write over what is still needed, nor over the caller’s, nor with kernels that cannot', () => {
  const steps = plan([
    ['Relu', ['x'], ['a']],
    ['Relu', ['a'], ['b']],
    ['Add', ['a', 'b'], ['c']],
    ['Conv', ['c'], ['y']],
  ]);
  expect(steps.map(({ allocated }) => allocated)).toEqual([['a'], ['b'], ['c'], []]);
});

it('gives back what nobody reads', () => {
  const steps = plan([
    ['Split', ['x'], ['a', 'b']],
    ['Conv', ['a'], ['y']],
  ]);
  expect(steps[0]).toEqual({ allocated: ['a', 'b'], released: ['b'] });
});
