import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.js';
import type { ScalarOptimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** Parameters and slots after every one of a list of gradients for a single parameter. */
function trajectory(optimizer: ScalarOptimizer, start: number, gradients: readonly number[], rate: number) {
  let [parameters, slots] = [[start], optimizer.init(1)];
  return gradients.map((gradient, count) => {
    ({ parameters, slots } = optimizer.update(parameters, [gradient], slots, count, rate));
    return { parameter: parameters[0]!, slots };
  });
}

const published = adam({ betas: [0.5, 0.999], epsilon: 1e-8, weightDecay: 1e-3 });

describe('adam', () => {
  it('makes the worked numbers', () => {
    const [first, second] = trajectory(published, 0.1, [0.25, -0.4], 1e-3);
    expect(first!.parameter).toBeCloseTo(0.09900000004, 11);
    expect(second!.parameter).toBeCloseTo(0.09954933467, 11);
  });

  it('moves by about the learning rate against the first gradient, whatever its size', () => {
    const plain = adam({ betas: [0.5, 0.999], epsilon: 1e-8, weightDecay: 0 });
    const sizes = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(sizes, fc.boolean(), (size, negative) => {
        const { parameter } = trajectory(plain, 0, [negative ? -size : size], 0.01)[0]!;
        expect(parameter).toBeCloseTo(negative ? 0.01 : -0.01, 6);
      }),
    );
  });
});

describe('sgd', () => {
  it('makes the worked numbers', () => {
    const [first, second] = trajectory(sgd({ momentum: 0.9, weightDecay: 2.5e-4 }), 0.5, [0.2, 0.1], 0.1);
    expect(first!.parameter).toBeCloseTo(0.4799875, 12);
    expect(first!.slots['velocity']![0]).toBeCloseTo(0.200125, 12);
    expect(second!.parameter).toBeCloseTo(0.45196425031, 11);
    expect(second!.slots['velocity']![0]).toBeCloseTo(0.280232496875, 12);
  });
});

describe.each([
  ['adam', published],
  ['sgd', sgd({ momentum: 0.9, weightDecay: 1e-3 })],
])('%s', (_, optimizer) => {
  const vectors = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });

  it('treats every parameter by itself and leaves what it was given untouched', () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, (start, first, second) => {
        const begin = Object.freeze([...start]);
        const one = optimizer.update(begin, first, optimizer.init(3), 0, 0.1);
        const before = structuredClone(one);
        const two = optimizer.update(one.parameters, second, one.slots, 1, 0.1);
        expect(one).toEqual(before);
        two.parameters.forEach((parameter, i) => {
          expect(parameter).toBe(
            trajectory(optimizer, start[i]!, [first[i]!, second[i]!], 0.1)[1]!.parameter,
          );
        });
      }),
    );
  });

  it('goes down a bowl', () => {
    let [parameters, slots] = [[3], optimizer.init(1)];
    for (let count = 0; count < 2000; count++) {
      ({ parameters, slots } = optimizer.update(parameters, [2 * (parameters[0]! - 1)], slots, count, 0.01));
    }
    expect(parameters[0]).toBeCloseTo(1, 1);
  });
});
