import { randomStream } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gate, GATE_MODES, gateVector, sigmoid, type GateMode } from './gates.js';

const alphas = [0.8, -0.3, 0, 2];
const uniforms = [0.3, 0.9, 0.5, 0.05];

/** Rounded to the eight digits in which the worked numbers are printed. */
function printed(values: readonly number[]): string[] {
  return values.map((value) => value.toFixed(8));
}

function concrete(temperature: number) {
  const gates = gateVector('concrete', alphas, { temperature, uniform: (edge) => uniforms[edge]! });
  return {
    values: printed(gates.map(({ value }) => value)),
    derivatives: printed(gates.map(({ derivative }) => derivative)),
  };
}

describe('concrete gates', () => {
  it('make the worked numbers at temperature 1', () => {
    expect(concrete(1)).toEqual({
      values: ['0.48817774', '0.86957708', '0.50000000', '0.28000456'],
      derivatives: ['0.24986023', '0.11341278', '0.25000000', '0.20160201'],
    });
  });

  it('make the worked numbers at temperature 0.5', () => {
    expect(concrete(0.5)).toEqual({
      values: ['0.47636869', '0.97799961', '0.50000000', '0.13137246'],
      derivatives: ['0.49888312', '0.04303274', '0.50000000', '0.22822747'],
    });
  });

  it('make the worked numbers at temperature 0.1', () => {
    expect(concrete(0.1).values).toEqual(['0.38391149', '0.99999999', '0.50000000', '0.00007913']);
  });

  it('are a hard step at temperature 0 and below', () => {
    for (const temperature of [0, -1]) {
      expect(concrete(temperature).values.map(Number)).toEqual([0, 1, 0, 0]);
      expect(concrete(temperature).derivatives.map(Number)).toEqual([0, 0, 0, 0]);
    }
  });

  it('are finite and within [0, 1] for every alpha, uniform and temperature', () => {
    const anything = fc.double({ noNaN: true });
    const uniform = fc.oneof(
      fc.constantFrom(0, 1, 2 ** -24, 1 - 2 ** -24),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const temperature = fc.oneof(
      fc.constantFrom(0, 5e-324, 2.5e-9),
      fc.double({ min: 0, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(anything, uniform, temperature, (alpha, u, t) => {
        const { value, derivative } = gate('concrete', alpha, 0, { temperature: t, uniform: () => u });
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(Number.isFinite(derivative)).toBe(true);
        expect(derivative).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('never lose all chance of being open or closed', () => {
    const extreme = (alpha: number, u: number) =>
      gate('concrete', alpha, 0, { temperature: 1, uniform: () => u }).value;
    expect(extreme(1e6, 0)).toBeCloseTo(0.5, 8);
    expect(extreme(-1e6, 1)).toBeCloseTo(0.5, 8);
  });

  it('are open as often as their probability says, at any temperature', () => {
    const draws = randomStream(7, 'concrete');
    const share = (temperature: number) => {
      const count = 4000;
      const open = Array.from({ length: count }, (_, i) => gate('concrete', 1, i, { temperature, ...draws }));
      return open.filter(({ value }) => value > 0.5).length / count;
    };
    for (const temperature of [2, 0.5, 1e-9, 0]) expect(share(temperature)).toBeCloseTo(sigmoid(1), 1);
  });
});

describe('gates with a gradient', () => {
  it.each(['sigmoid', 'concrete'] as const)('%s: the derivative is that of the value', (mode) => {
    const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(between(-6, 6), between(0.01, 0.99), between(0.2, 3), (alpha, u, temperature) => {
        const at = (a: number) => gate(mode, a, 0, { temperature, uniform: () => u });
        const step = 1e-5;
        const difference = (at(alpha + step).value - at(alpha - step).value) / (2 * step);
        expect(Math.abs(at(alpha).derivative - difference)).toBeLessThan(1e-7);
      }),
    );
  });
});

describe('gates without a gradient', () => {
  const noise = { temperature: 1, uniform: (edge: number) => uniforms[edge]! };
  const values = (mode: GateMode) => gateVector(mode, alphas, noise).map(({ value }) => value);

  it('onehot opens strictly above 0', () => {
    expect(values('onehot')).toEqual([1, 0, 0, 1]);
    expect(gate('onehot', 5e-324, 0, noise).value).toBe(1);
  });

  it('bernoulli opens where the uniform lies below the probability', () => {
    expect(values('bernoulli')).toEqual([1, 0, 0, 1]);
    expect(gate('bernoulli', 0, 3, noise).value).toBe(1);
    expect(gate('bernoulli', 1e6, 0, { ...noise, uniform: () => 1 - 2 ** -24 }).value).toBe(0);
  });

  it('all opens everything', () => {
    expect(values('all')).toEqual([1, 1, 1, 1]);
  });

  it.each(GATE_MODES.filter((mode) => mode !== 'sigmoid' && mode !== 'concrete'))('%s has none', (mode) => {
    expect(gateVector(mode, alphas, noise).map(({ derivative }) => derivative)).toEqual([0, 0, 0, 0]);
  });
});

describe('sigmoid', () => {
  it('is symmetric and never overflows', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(sigmoid(x) + sigmoid(-x)).toBeCloseTo(1, 14);
        expect(sigmoid(x)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(sigmoid(-700)).toBeGreaterThan(0);
  });
});
