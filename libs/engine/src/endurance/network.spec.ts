import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostTensors } from '../host-tensor.js';
import { relativeError } from '../testing.js';
import { anyNetwork, describeNetwork, type Network } from './network.js';
import { trainingOf } from './network-program.js';
import { train } from './train.js';

const STEPS = 20;
const TOLERANCE = 1e-5;

/** Layers and heads that must be among the networks. */
const KINDS = [
  ...['activation', 'add', 'avgPool', 'batchNorm', 'classes', 'concat', 'conv', 'depthwise', 'dropout'],
  ...['grouped', 'maxPool', 'normals', 'resize', 'segmentation', 'transposed'],
];

/** Largest difference of a state tensor, relative to its largest magnitude before and after: a bias may end near 0. */
function difference(name: string, found: HostTensors, expected: HostTensors, start: HostTensors): number {
  const largest = Math.max(...Array.from(start[name]!.data, Math.abs));
  return relativeError([...found[name]!.data, largest], [...expected[name]!.data, largest]);
}

/**
 * Names of weights and running statistics. A velocity is left out: all it does is to change its weight, and where a
 * gradient is 0 but for rounding (a bias before batch normalisation), it is nothing but rounding.
 */
const compared = (state: HostTensors): string[] =>
  Object.keys(state).filter((name) => !name.startsWith('velocity/'));

/** Trains a network with the compiler and with the oracle, and compares losses, weights and statistics. */
async function expectEqualTraining(network: Network): Promise<void> {
  const training = trainingOf(network);
  const traced = await train({ id: 'onnx', threads: 2 }, training, STEPS);
  const oracle = await train({ id: 'cpu', threads: 1 }, training, STEPS);
  const about = (what: string): string => `${what} of\n  ${describeNetwork(network)}\n`;
  expect(relativeError(traced.losses, oracle.losses), about('losses')).toBeLessThanOrEqual(TOLERANCE);
  for (const name of compared(oracle.state)) {
    const error = difference(name, traced.state, oracle.state, training.state);
    expect(error, about(name)).toBeLessThanOrEqual(TOLERANCE);
  }
}

describe('random networks, trained by the compiler and by the oracle', () => {
  it('are equal after 20 steps of SGD with momentum', async () => {
    const kinds = new Set<string>();
    const property = fc.asyncProperty(anyNetwork, async (network) => {
      for (const { kind } of [...network.layers, network.head]) kinds.add(kind);
      await expectEqualTraining(network);
    });
    await fc.assert(property, { seed: 2020, numRuns: 25 });
    expect([...kinds].sort()).toEqual(KINDS);
  });

  it('are changed by training a hundred times as much as they may differ', async () => {
    for (const network of fc.sample(anyNetwork, { seed: 2020, numRuns: 5 })) {
      const { state: start, ...training } = trainingOf(network);
      const { state } = await train({ id: 'onnx', threads: 2 }, { state: start, ...training }, STEPS);
      const changes = compared(state)
        .filter((name) => `velocity/${name}` in state)
        .map((name) => difference(name, state, start, start));
      expect(Math.max(...changes), describeNetwork(network)).toBeGreaterThan(100 * TOLERANCE);
    }
  });
});
