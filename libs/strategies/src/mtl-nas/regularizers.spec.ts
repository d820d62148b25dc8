import type { Direction, Edge } from '@taskweave/search-space';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sigmoid } from './gates.js';
import { edgeCosts, entropyTerm, gateEntropy, sparsityTerm, type Term } from './regularizers.js';

const alphaA = [0, 1, -2, 3.5];
const alphaB = [-0.25, 5, 0.5, -4];
const alphas = [...alphaA, ...alphaB];

function directions(...sizes: readonly number[]): Direction[] {
  let next = 0;
  return sizes.map((size, i) => ({
    sourceNetwork: 1 - (i % 2),
    targetNetwork: i % 2,
    edges: Array.from({ length: size }, () => next++),
  }));
}

/** Edges that differ in their channels only. */
function edgesWith(channels: readonly number[]): Edge[] {
  return channels.map((c, i) => ({
    id: `e${i}`,
    sourceNetwork: 0,
    sourceStage: i,
    targetNetwork: 1,
    targetStage: i,
    channels: c,
    sourceChannels: c,
    macs: c * c,
    params: c * c,
  }));
}

const both = directions(4, 4);

/** Expects printed digits: within half a unit of the last one. */
function expectPrinted(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, digits));
}

describe('entropy', () => {
  it('makes the worked numbers', () => {
    expectPrinted(alphaA.map(gateEntropy), [0.69314718, 0.58220311, 0.36533386, 0.13234323], 8);
    expectPrinted(alphaB.map(gateEntropy), [0.68539529, 0.0401796, 0.66284732, 0.09009477], 8);
    expect(entropyTerm(alphaA, directions(4)).value).toBeCloseTo(0.4432568426, 10);
    expect(entropyTerm(alphaB, directions(4)).value).toBeCloseTo(0.369629246, 10);
    expect(entropyTerm(alphas, both).value).toBeCloseTo(0.4064430443, 10);
  });

  it('makes the worked gradient', () => {
    const { gradient } = entropyTerm(alphas, both);
    expectPrinted(
      gradient,
      [0, -0.02457649, 0.0262484, -0.0124482, 0.00769169, -0.00415504, -0.01468773, 0.00883135],
      8,
    );
  });

  it('balances the weight decay of 1e-3 where the published search settles', () => {
    const many = Array<number>(48).fill(5.32947);
    const slope = 10 * entropyTerm(many, directions(24, 24)).gradient[0]!;
    expect(gateEntropy(5.32947)).toBeCloseTo(0.03054, 6);
    expect(slope + 1e-3 * 5.32947).toBeCloseTo(0, 7);
  });

  it('is -p ln p - (1-p) ln(1-p), symmetric, within [0, ln 2], and finite everywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (alpha) => {
        const [p, q] = [sigmoid(alpha), sigmoid(-alpha)];
        expect(gateEntropy(alpha)).toBeCloseTo(-p * Math.log(p) - q * Math.log(q), 12);
        expect(gateEntropy(alpha)).toBe(gateEntropy(-alpha));
      }),
    );
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (alpha) => {
        expect(gateEntropy(alpha)).toBeGreaterThanOrEqual(0);
        expect(gateEntropy(alpha)).toBeLessThanOrEqual(Math.LN2 + Number.EPSILON);
      }),
    );
  });

  it('has no slope at alpha = 0: it never breaks a tie', () => {
    expectPrinted(entropyTerm([0, 0], directions(2)).gradient, [0, 0], 15);
  });
});

describe('sparsity', () => {
  const costs = edgeCosts(edgesWith([1, 1, 3, 3, 64, 64, 192, 192]), both);

  it('makes the worked numbers', () => {
    expectPrinted(costs, [0.5, 0.5, 1.5, 1.5, 0.5, 0.5, 1.5, 1.5], 12);
    expect(sparsityTerm(alphas, both, Array(8).fill(1)).value).toBeCloseTo(0.5490656824, 10);
    expect(sparsityTerm(alphas, both, costs).value).toBeCloseTo(0.4908248703, 10);
  });

  it('weighs the edges of VGG-16 as published', () => {
    const inDegrees: [number, number][] = [
      [64, 3],
      [128, 3],
      [256, 6],
      [512, 12],
    ];
    const channels = inDegrees.flatMap(([c, count]) => Array<number>(count).fill(c));
    const published = new Map(
      [...edgeCosts(edgesWith(channels), directions(24))].map((cost, i) => [channels[i]!, cost]),
    );
    expectPrinted([...published.values()], [0.186047, 0.372093, 0.744186, 1.488372], 6);
  });
});

describe('gradients', () => {
  const costs = [1, 2, 3, 4, 5];
  const uneven = directions(2, 3);
  it.each([
    ['entropy', (a: readonly number[]) => entropyTerm(a, uneven)],
    ['sparsity', (a: readonly number[]) => sparsityTerm(a, uneven, costs)],
  ] as [string, (a: readonly number[]) => Term][])('of %s agree with finite differences', (_, term) => {
    const vectors = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(vectors, fc.nat(4), (vector, edge) => {
        const shifted = (by: number) => term(vector.with(edge, vector[edge]! + by)).value;
        const difference = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
        expect(Math.abs(term(vector).gradient[edge]! - difference)).toBeLessThan(1e-8);
      }),
    );
  });

  it('weigh every direction alike, whatever its number of edges', () => {
    const { gradient } = sparsityTerm([0, 0, 0, 0, 0], uneven, Array(5).fill(1));
    expectPrinted(gradient, [1 / 16, 1 / 16, 1 / 24, 1 / 24, 1 / 24], 15);
  });
});
