import { describe, expect, it } from 'vitest';
import { float32, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { batchNorm, declareBatchNorm } from './batch-norm.js';

const EPSILON = 1e-3;

const parameters = declareBatchNorm('conv/bn', 2, 'backbone');

/** Four examples of two channels, with means 3 and 10 and biased variances 3.5 and 0. */
const inputs = { x: float32([4, 2], [1, 10, 2, 10, 3, 10, 6, 10]) };

function program(training: boolean): Program {
  return {
    name: 'batch-norm',
    inputs,
    reads: parameters.map(({ name }) => name),
    run(state, { x }) {
      const context = forwardContext(state, { training, batchNorm: { epsilon: EPSILON, momentum: 0.1 } });
      return { outputs: { y: batchNorm(context, 'conv/bn', x!) }, state: context.statistics };
    },
  };
}

describe('declared batch normalisation', () => {
  it('starts as the identity on normalised features; statistics take no gradient', () => {
    expect(parameters.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['conv/bn/gamma', true],
      ['conv/bn/beta', true],
      ['conv/bn/mean', false],
      ['conv/bn/variance', false],
    ]);
    const values = Object.values(initialValues(parameters, 1)).map(({ data }) => [...data]);
    expect(values).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
  });
});

describe.each(TESTED_ENGINES)('batch normalisation on %s', (engine) => {
  const initial = initialValues(parameters, 1);
  const run = async (training: boolean, changes: HostTensors = {}) => {
    const { outputs, state } = await runProgram(engine, program(training), {
      state: { ...initial, ...changes },
      inputs,
    });
    return { y: outputs['y']!.data, state };
  };
  const expectClose = (found: ArrayLike<number>, expected: readonly number[]) => {
    expect(found).toHaveLength(expected.length);
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
  };

  it('while training takes the statistics of the batch, and moves the running ones', async () => {
    const { y, state } = await run(true);
    const scale = Math.sqrt(3.5 + EPSILON);
    expectClose(y, [-2 / scale, 0, -1 / scale, 0, 0, 0, 3 / scale, 0]);
    expectClose(state['conv/bn/mean']!.data, [0.3, 1]);
    // Unbiased: 4/3 of the batch's variance.
    expectClose(state['conv/bn/variance']!.data, [0.9 + (0.1 * 3.5 * 4) / 3, 0.9]);
    expect(state['conv/bn/gamma']).toEqual(initial['conv/bn/gamma']);
  });

  it('in evaluation takes the running statistics, and leaves them', async () => {
    const changes = {
      'conv/bn/gamma': float32([2], [2, 1]),
      'conv/bn/beta': float32([2], [1, -1]),
      'conv/bn/mean': float32([2], [1, 8]),
      'conv/bn/variance': float32([2], [4 - EPSILON, 1 - EPSILON]),
    };
    const { y, state } = await run(false, changes);
    expectClose(y, [1, 1, 2, 1, 3, 1, 6, 1]);
    expect(state).toEqual(changes);
  });

  it('names a parameter that the network lacks', async () => {
    const broken: Program = { ...program(true), reads: [] };
    await expect(runProgram(engine, broken, { state: initial, inputs })).rejects.toThrow('conv/bn/gamma');
  });
});
