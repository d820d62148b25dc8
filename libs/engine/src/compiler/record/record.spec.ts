import { describe, expect, it } from 'vitest';
import type { Program, ProgramResult } from '../../program.js';
import { tf, type NamedTensors } from '../../tf.js';
import { topologicalOrder } from '../graph.js';
import { record } from './record.js';

const STATE = { w: { dtype: 'float32', shape: [2, 3] } } as const;

function program(run: (state: NamedTensors) => ProgramResult, reads: readonly string[] = ['w']): Program {
  return { name: 'step', inputs: {}, reads, run };
}

describe('record', () => {
  it('gives a graph from what is read to what is returned', () => {
    const { graph } = record(
      program(({ w }) => ({ outputs: { sum: tf.sum(tf.relu(w!)) }, state: { w: tf.neg(w!) } })),
      STATE,
    );
    expect(graph.name).toBe('step');
    expect(Object.keys(graph.inputs)).toEqual(['w']);
    expect(Object.keys(graph.outputs)).toEqual(['sum', "w'"]);
    const kernels = (name: string) => topologicalOrder([graph.outputs[name]!]).map(({ kernel }) => kernel);
    expect(kernels('sum')).toEqual(['Input', 'Relu', 'Sum']);
    expect(kernels("w'")).toEqual(['Input', 'Neg']);
    expect(graph.outputs["w'"]).toMatchObject({ dtype: 'float32', shape: [2, 3] });
  });

  it('refuses to read or to update a state tensor that does not exist', () => {
    const unknown = expect.objectContaining({ code: 'INTERNAL', subject: 'v' }) as Error;
    expect(() =>
      record(
        program(({ v }) => ({ outputs: { v: v! } }), ['v']),
        STATE,
      ),
    ).toThrow(unknown);
    expect(() =>
      record(
        program(({ w }) => ({ outputs: {}, state: { v: w! } })),
        STATE,
      ),
    ).toThrow(unknown);
  });

  it('refuses to change the shape of a state tensor', () => {
    expect(() =>
      record(
        program(({ w }) => ({ outputs: {}, state: { w: tf.transpose(w!) } })),
        STATE,
      ),
    ).toThrow(
      expect.objectContaining({ code: 'INTERNAL', subject: 'w', found: '[3, 2]', expected: '[2, 3]' }),
    );
  });
});
