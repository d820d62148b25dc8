import { describe, expect, it } from 'vitest';
import { GraphBuilder, graphType, topologicalOrder, uniformValue, type Value } from './graph.js';

const scalar = { dtype: 'float32', shape: [] } as const;

function builder() {
  const graph = new GraphBuilder();
  return {
    graph,
    make: (kernel: string, ...inputs: Value[]): Value => graph.value(kernel, inputs, {}, scalar, ''),
  };
}

describe('topologicalOrder', () => {
  it('has every operation once, after those it reads, and none that is not needed', () => {
    const { make } = builder();
    const x = make('Input');
    const left = make('Neg', x);
    const right = make('Exp', x);
    make('Log', right);
    const y = make('Add', left, right);
    expect(topologicalOrder([y, left]).map(({ kernel }) => kernel)).toEqual(['Input', 'Neg', 'Exp', 'Add']);
  });

  it('takes graphs deeper than the call stack', () => {
    const { make } = builder();
    let y = make('Input');
    for (let i = 0; i < 50_000; i++) y = make('Neg', y);
    expect(topologicalOrder([y])).toHaveLength(50_001);
  });
});

describe('values', () => {
  it('have ids of their own, also those of one operation', () => {
    const { graph, make } = builder();
    const split = graph.operation('SplitV', [make('Input')], {}, [scalar, scalar], 'left');
    expect(new Set([...split.outputs, ...split.inputs].map(({ id }) => id)).size).toBe(3);
    expect(split.outputs.every(({ operation }) => operation === split)).toBe(true);
  });

  it('are known beforehand only where they are constant', () => {
    const { graph, make } = builder();
    expect(uniformValue(graph.value('Constant', [], { value: 3 }, scalar, ''))).toBe(3);
    expect(uniformValue(make('Input'))).toBeUndefined();
  });

  it('are of three types', () => {
    expect((['float32', 'int32', 'bool'] as const).map(graphType)).toEqual(['float32', 'int32', 'bool']);
    expect(() => graphType('string')).toThrow('string');
  });
});
