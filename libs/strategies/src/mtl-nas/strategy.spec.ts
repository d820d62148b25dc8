import { randomStream, TaskweaveError, type Json } from '@taskweave/common';
import { CrossTaskSpace, type NetworkDeclaration } from '@taskweave/search-space';
import { describe, expect, it } from 'vitest';
import type { StepOutcome, StrategyContext } from '../strategy.js';
import { sigmoid } from './gates.js';
import { mtlNasOptions, type MtlNasOptions } from './options.js';
import { mtlNas, type MtlNasState } from './strategy.js';

function network(task: string): NetworkDeclaration {
  const blocks = [0, 1, 1];
  return {
    task,
    stages: blocks.map((block, i) => ({
      name: `conv${i}`,
      channels: 8 << block,
      height: 8,
      width: 8,
      block,
    })),
  };
}

const space = CrossTaskSpace.between([network('left'), network('right')], { depthLimit: 3 });
const size = space.edges.length;

function contextWith(options: object = {}, steps = 40): StrategyContext<MtlNasOptions> {
  return { seed: 3, steps, space, options: mtlNasOptions.parse(options) };
}

/** A task loss that likes even edges open and odd ones closed: d(loss)/d(gate) of every edge, plus a little noise. */
function gradientsAt(step: number): Float64Array {
  const { normal } = randomStream(11, 'gradients', step);
  return Float64Array.from({ length: size }, (_, edge) => (edge % 2 === 0 ? -1 : 1) + 0.1 * normal(edge));
}

/** Runs from a state to the end. The state passes through JSON before every step if asked to. */
function run(context: StrategyContext<MtlNasOptions>, begin = mtlNas.init(context), throughJson = false) {
  let state = begin;
  const outcomes: StepOutcome<MtlNasState>[] = [];
  for (let done = false; !done;) {
    if (throughJson) state = JSON.parse(JSON.stringify(state)) as MtlNasState;
    const observation = { gateGradients: gradientsAt(state.step), losses: { left: 1, right: 2 } };
    const outcome = mtlNas.step(state, observation, context);
    outcomes.push(outcome);
    ({ state, done } = outcome);
  }
  return { state, outcomes };
}

function refusal(observation: {
  gateGradients: Float64Array;
  losses: Record<string, number>;
}): TaskweaveError {
  const context = contextWith();
  const { state } = mtlNas.step(mtlNas.init(context), { gateGradients: gradientsAt(0), losses: {} }, context);
  try {
    mtlNas.step(state, observation, context);
  } catch (thrown) {
    return thrown as TaskweaveError;
  }
  throw new Error('nothing was refused');
}

describe('mtl-nas', () => {
  it('begins undecided: alpha 0, probability one half', () => {
    const context = contextWith();
    const state = mtlNas.init(context);
    expect(state.alpha).toEqual(Array(size).fill(0));
    expect([...mtlNas.propose(state, context).gates]).toEqual(Array(size).fill(0.5));
    expect(mtlNas.propose(state, context).needs).toBe('gradients');
    expect(mtlNas.result(state, context).best[0]!.genes).toEqual(Array(size).fill(0));
  });

  it.each(['adam', 'sgd'])('keeps what helps and drops what hurts, with %s', (architectureOptimizer) => {
    const context = contextWith({ architectureOptimizer, learningRate: 0.1, entropy: { weight: 1 } }, 300);
    const { state, outcomes } = run(context);
    const wanted = Array.from({ length: size }, (_, edge) => (edge % 2 === 0 ? 1 : 0));
    expect(mtlNas.result(state, context).best).toEqual([{ space: 'cross-task', genes: wanted }]);
    expect([...mtlNas.evaluationGates(state, context).discrete]).toEqual(wanted);
    expect([...mtlNas.evaluationGates(state, context).soft]).toEqual(state.alpha.map(sigmoid));
    expect(outcomes).toHaveLength(300);
    expect(outcomes.at(-1)!.metrics.entropy).toBeLessThan(outcomes[0]!.metrics.entropy);
    expect(outcomes.at(-1)!.metrics.edgesAbove).toBe(size / 2);
  });

  it('makes the same numbers again, and others for another seed', () => {
    const context = contextWith({ weightGates: 'concrete', architectureGates: 'concrete' });
    expect(run(context)).toEqual(run(context));
    const other = run({ ...context, seed: 4 });
    expect(other.outcomes[0]!.weightGates).not.toEqual(run(context).outcomes[0]!.weightGates);
    expect(other.state.alpha).not.toEqual(run(context).state.alpha);
  });

  it.each(['adam', 'sgd'])('goes on from a stored state as if it had never stopped, with %s', (optimizer) => {
    const context = contextWith({ architectureOptimizer: optimizer, architectureGates: 'concrete' });
    const unbroken = run(context);
    const middle: Json = JSON.parse(JSON.stringify(unbroken.outcomes[16]!.state));
    expect(run(context, middle as MtlNasState).outcomes).toEqual(unbroken.outcomes.slice(17));
    expect(run(context, undefined, true)).toEqual(unbroken);
  });

  it('leaves the state it was given untouched', () => {
    const context = contextWith();
    const { outcomes } = run(context);
    const { state } = outcomes[5]!;
    const before = structuredClone(state);
    mtlNas.step(state, { gateGradients: gradientsAt(6), losses: {} }, context);
    expect(state).toEqual(before);
  });

  it('adds up the gradient of the task losses and of the regularisers', () => {
    const context = contextWith({
      architectureOptimizer: 'sgd',
      learningRate: 0.5,
      momentum: 0,
      weightDecay: 0.25,
      entropy: { weight: 2 },
      l1: { enabled: true, weight: 3, period: [0, 0], weighted: true },
    });
    const alpha = [1, -0.5, 2, 0, 3, -1, 0.25, 1.5];
    const state: MtlNasState = { step: 10, alpha, slots: { velocity: Array(size).fill(0) } };
    const gateGradients = Float64Array.from({ length: size }, (_, i) => i - 3);
    const next = mtlNas.step(state, { gateGradients, losses: {} }, context);
    const rate = 0.5 * (1 - 10 / 40) ** 0.9;
    // Per direction, the edges have 8, 16, 16 and 16 channels: 14 on average.
    const costs = [8, 16, 16, 16, 8, 16, 16, 16].map((channels) => channels / 14);
    alpha.forEach((a, i) => {
      const slope = sigmoid(a) * sigmoid(-a);
      const gradient = gateGradients[i]! * slope + (2 * -a * slope + 3 * costs[i]! * slope) / size + 0.25 * a;
      expect(next.state.alpha[i]).toBeCloseTo(a - rate * gradient, 12);
    });
  });

  it('opens the weight gates with the updated alpha, at the temperature of the step', () => {
    const context = contextWith({ learningRate: 0.3, temperature: { start: 2, end: 1, power: 1 } });
    const { outcomes } = run(context);
    const { state, weightGates, metrics } = outcomes[12]!;
    const temperature = 1 + (1 - 12 / 40);
    expect(metrics.temperature).toBeCloseTo(temperature, 12);
    const { uniform } = randomStream(context.seed, 'gates/weights', 12);
    state.alpha.forEach((alpha, edge) => {
      const u = uniform(edge);
      expect(weightGates[edge]).toBeCloseTo(sigmoid((alpha + Math.log(u / (1 - u))) / temperature), 12);
    });
  });

  it('draws architecture gates and weight gates independently', () => {
    const context = contextWith({ architectureGates: 'concrete', learningRate: 1e-12 });
    const state = mtlNas.init(context);
    const { gates } = mtlNas.propose(state, context);
    const { weightGates } = mtlNas.step(state, { gateGradients: gradientsAt(0), losses: {} }, context);
    gates.forEach((gate, edge) => expect(Math.abs(gate - weightGates[edge]!)).toBeGreaterThan(1e-6));
  });

  it('reports the regularisation of the published default: none at step 0, then 10 times the entropy', () => {
    const { outcomes } = run(contextWith());
    expect(outcomes[0]!.metrics).toMatchObject({ entropyWeight: 0, regularization: 0, temperature: 1 });
    expect(outcomes[1]!.metrics.entropyWeight).toBe(10);
    // Both directions have four edges, so the mean over all edges is the mean over directions.
    expect(outcomes[1]!.metrics.regularization).toBeCloseTo(10 * outcomes[0]!.metrics.entropy, 12);
  });

  it('switches the L1 term off after its period if asked to', () => {
    const l1 = { enabled: true, weight: 5, period: [0, 0.5], offAfterPeriod: true };
    const values = run(contextWith({ entropy: { enabled: false }, l1 })).outcomes.map(
      ({ metrics }) => metrics.regularization,
    );
    expect(values.map((value) => value > 0)).toEqual(Array.from({ length: 40 }, (_, t) => t > 0 && t <= 20));
  });

  it.each([
    ['onehot', [1, 0, 1, 0, 0, 0, 1, 1]],
    ['all', [1, 1, 1, 1, 1, 1, 1, 1]],
  ])('scores with %s gates', (evaluationGates, expected) => {
    const context = contextWith({ evaluationGates });
    const state = { ...mtlNas.init(context), alpha: [1, -1, 2, 0, -3, -0.1, 0.1, 4] };
    expect([...mtlNas.evaluationGates(state, context).discrete]).toEqual(expected);
  });

  it('as a supernet keeps everything open and asks for nothing', () => {
    const context = contextWith({ supernet: true });
    const state = mtlNas.init(context);
    const ones = new Float64Array(size).fill(1);
    expect(mtlNas.propose(state, context)).toEqual({ gates: ones, needs: 'nothing' });
    const next = mtlNas.step(state, { gateGradients: new Float64Array(0), losses: {} }, context);
    expect(next.state).toEqual({ ...state, step: 1 });
    expect(next.weightGates).toEqual(ones);
    expect(next.metrics).toMatchObject({ entropy: 0, edgesAbove: size, regularization: 0 });
    expect(mtlNas.evaluationGates(next.state, context)).toEqual({ soft: ones, discrete: ones });
    expect(mtlNas.result(next.state, context).best[0]!.genes).toEqual([...ones]);
  });
});

describe('mtl-nas refuses', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('the gradient %d, naming step and edge', (bad) => {
    const error = refusal({ gateGradients: gradientsAt(1).with(5, bad), losses: {} });
    expect(error.code).toBe('NOT_FINITE');
    expect(error.message).toContain('step 1');
    expect(error.message).toContain(space.edges[5]!.id);
    expect(error.found).toBe(`${bad}`);
  });

  it('a loss that is not finite, naming step and task', () => {
    const error = refusal({ gateGradients: gradientsAt(1), losses: { left: 1, right: Number.NaN } });
    expect(error.code).toBe('NOT_FINITE');
    expect(error.message).toMatch(/task right .* step 1$/);
  });

  it('gradients for another number of edges', () => {
    expect(refusal({ gateGradients: new Float64Array(3), losses: {} })).toMatchObject({
      code: 'MESSAGE_INVALID',
      found: '3',
      expected: '8',
    });
  });

  it('a restricted space', () => {
    const first = space.edges[0]!.id;
    const restricted = space.restrict(({ id }, choice) => id !== first || choice === 'drop');
    expect(() => mtlNas.init({ ...contextWith(), space: restricted })).toThrow('unrestricted');
  });
});
