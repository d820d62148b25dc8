import { describe, expect, it } from 'vitest';
import type { ParameterDeclaration, ParameterGroup } from '@taskweave/backbones';
import { float32, type HostTensors, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, runProgram } from '@taskweave/engine/testing';
import { initialSlots, momentumSlots, sgdUpdate, type SgdOptions } from './sgd.js';

const GROUPS: ParameterGroup[] = ['backbone', 'head', 'classifier-weight', 'classifier-bias', 'fusion'];

const parameters = [...GROUPS, 'statistic'].map((name): ParameterDeclaration => ({
  name,
  shape: [1],
  group: name === 'statistic' ? 'backbone' : (name as ParameterGroup),
  trainable: name !== 'statistic',
  initial: { kind: 'constant', value: 0.5 },
}));

const options: SgdOptions = {
  momentum: 0.9,
  weightDecay: 2.5e-4,
  fusionFactor: 100,
  classifierWeightFactor: 10,
  classifierBiasFactor: 20,
};

/** An update of all parameters by the same gradient. */
const update: Program = {
  name: 'update',
  inputs: { gradient: { dtype: 'float32', shape: [1] }, learningRate: { dtype: 'float32', shape: [] } },
  reads: [...parameters.map(({ name }) => name), ...momentumSlots(parameters)],
  run(state, { gradient, learningRate }) {
    const gradients = Object.fromEntries(GROUPS.map((name) => [name, gradient!]));
    return { outputs: {}, state: sgdUpdate(parameters, state, gradients, learningRate!, options) };
  },
};

const start: HostTensors = {
  ...Object.fromEntries(parameters.map(({ name }) => [name, float32([1], [0.5])])),
  ...initialSlots(parameters),
};

describe('momentum slots', () => {
  it('belong to trainable parameters, and start at 0', () => {
    expect(Object.keys(initialSlots(parameters))).toEqual(momentumSlots(parameters));
    expect(momentumSlots(parameters)).toEqual(GROUPS.map((name) => `momentum/${name}`));
    expect(initialSlots(parameters)['momentum/fusion']).toEqual(float32([1], [0]));
  });
});

describe.each(TESTED_ENGINES)('SGD on %s', (engine) => {
  const step = async (state: HostTensors, gradient: number, learningRate: number) => {
    const inputs = { gradient: float32([1], [gradient]), learningRate: float32([], [learningRate]) };
    return (await runProgram(engine, update, { state, inputs })).state;
  };
  const value = (state: HostTensors, name: string) => state[name]!.data[0]!;

  it('gives the numbers of the MTL-NAS worked example', async () => {
    const first = await step(start, 0.2, 0.1);
    expect(value(first, 'backbone')).toBeCloseTo(0.4799875, 7);
    expect(value(first, 'momentum/backbone')).toBeCloseTo(0.200125, 7);
    const second = await step(first, 0.1, 0.1);
    expect(value(second, 'backbone')).toBeCloseTo(0.45196425031, 7);
    expect(value(second, 'momentum/backbone')).toBeCloseTo(0.28023249688, 7);
  });

  it('gives each group its learning rate: fusion the hundredfold of the MTL-NAS worked example', async () => {
    const after = await step(start, 0.2, 1e-3);
    const moved = GROUPS.map((name) => (0.5 - value(after, name)) / (1e-3 * 0.200125));
    [1, 1, 10, 20, 100].forEach((factor, i) => expect(moved[i]! / factor, GROUPS[i]).toBeCloseTo(1, 3));
    expect(new Set(GROUPS.map((name) => value(after, `momentum/${name}`))).size).toBe(1);
  });

  it('leaves what is not trainable alone', async () => {
    expect(await step(start, 0.2, 0.1)).toMatchObject({ statistic: float32([1], [0.5]) });
  });
});
