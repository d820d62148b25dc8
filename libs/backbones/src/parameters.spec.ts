import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialValues, kaimingNormal, type Initializer, type ParameterDeclaration } from './parameters.js';

const parameter = (
  name: string,
  initial: Initializer,
  shape: readonly number[] = [3, 2],
): ParameterDeclaration => ({ name, shape, group: 'backbone', trainable: true, initial });

describe('initial values', () => {
  it('are those of the initializer, in the declared shape', () => {
    const values = initialValues(
      [
        parameter('gamma', { kind: 'constant', value: 0.5 }, [3]),
        parameter('kernel', { kind: 'values', values: () => Float32Array.of(1, 2, 3, 4) }, [2, 2]),
      ],
      1,
    );
    expect(values).toEqual({
      gamma: { dtype: 'float32', shape: [3], data: Float32Array.of(0.5, 0.5, 0.5) },
      kernel: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    });
  });

  it('depend on the seed and the own name, and on no other parameter nor the order', () => {
    const names = ['a', 'b', 'left/conv1_1/weight', 'right/conv1_1/weight'];
    const declared = names.map((name) => parameter(name, kaimingNormal(6)));
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.shuffledSubarray(declared, { minLength: 1 }), (seed, some) => {
        const whole = initialValues(declared, seed);
        for (const [name, value] of Object.entries(initialValues(some, seed))) {
          expect(value).toEqual(whole[name]);
        }
        expect(new Set(names.map((name) => whole[name]!.data.join())).size).toBe(names.length);
        expect(initialValues(declared, (seed + 1) % 2 ** 32)['a']).not.toEqual(whole['a']);
      }),
      { numRuns: 20 },
    );
  });

  it('of layers before a ReLU are normal with variance 2 / fan-in', () => {
    const shape = [3, 3, 32, 64];
    const fanIn = 3 * 3 * 32;
    const data = [...initialValues([parameter('w', kaimingNormal(fanIn), shape)], 1)['w']!.data];
    const moment = (power: number) => data.reduce((sum, x) => sum + x ** power, 0) / data.length;
    const variance = 2 / fanIn;
    expect(Math.abs(moment(1)) / Math.sqrt(variance)).toBeLessThan(0.03);
    expect(Math.abs(moment(2) / variance - 1)).toBeLessThan(0.05);
    // A normal number's fourth moment is three times its squared variance; a uniform one's is 1.8 times.
    expect(Math.abs(moment(4) / (3 * variance ** 2) - 1)).toBeLessThan(0.1);
  });
});
