import { describe, expect, it } from 'vitest';
import type { ParameterDeclaration } from '@taskweave/backbones';
import { float32, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { accumulate, accumulators, initialAccumulators, takeAccumulated } from './accumulators.js';

const parameters = ['weight', 'statistic'].map((name): ParameterDeclaration => ({
  name,
  shape: [2],
  group: 'backbone',
  trainable: name === 'weight',
  initial: { kind: 'constant', value: 0 },
}));
const NAME = 'gradient/weight';

const add: Program = {
  name: 'add',
  inputs: { gradient: { dtype: 'float32', shape: [2] }, share: { dtype: 'float32', shape: [] } },
  reads: accumulators(parameters),
  run: (state, { gradient, share }) => ({
    outputs: {},
    state: accumulate(state, { weight: gradient! }, share!),
  }),
};

const take: Program = {
  name: 'take',
  inputs: {},
  reads: accumulators(parameters),
  run(state) {
    const { gradients, cleared } = takeAccumulated(parameters, state);
    return { outputs: gradients, state: cleared };
  },
};

it('accumulators are there for trainable parameters only', () => {
  expect(accumulators(parameters)).toEqual([NAME]);
  expect(initialAccumulators(parameters)).toEqual({ [NAME]: float32([2], [0, 0]) });
});

describe.each(TESTED_ENGINES)('accumulators on %s', (engine) => {
  const after = async (state: HostTensors, gradient: number[], share: number) => {
    const inputs = { gradient: float32([2], gradient), share: float32([], [share]) };
    return (await runProgram(engine, add, { state, inputs })).state;
  };

  it('add up shares of gradients, give them and are +0 again', async () => {
    const first = await after(initialAccumulators(parameters), [8, -8], 0.75);
    const second = await after(first, [4, 0], 0.25);
    expect([...second[NAME]!.data]).toEqual([7, -6]);
    const { outputs, state } = await runProgram(engine, take, { state: second });
    expect([...outputs['weight']!.data]).toEqual([7, -6]);
    expect([...state[NAME]!.data]).toEqual([0, 0]);
  });
});
