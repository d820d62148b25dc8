import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, streamKey, threefry2x32 } from './random.js';

describe('threefry2x32', () => {
  // Known answers published with the Random123 library (20 rounds).
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as [[number, number], [number, number], [number, number]][])(
    'key %j, counter %j',
    (key, counter, answer) => {
      expect(threefry2x32(key, counter)).toEqual(answer);
    },
  );
});

describe('randomStream', () => {
  it('is a pure function of seed, stream, step and index', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.string(), fc.nat(1e6), fc.nat(1e6), (seed, name, step, index) => {
        const draw = randomStream(seed, name, step).uniform(index);
        expect(draw).toBe(randomStream(seed, name, step).uniform(index));
        expect(draw).toBeGreaterThan(0);
        expect(draw).toBeLessThan(1);
      }),
    );
  });

  it('is Threefry under the key of the stream, two numbers to a block', () => {
    const stream = randomStream(7, 'noise', 11);
    for (const index of [0, 1, 2, 3, 1001]) {
      const block = threefry2x32(streamKey(7, 'noise'), [11, Math.floor(index / 2)]);
      expect(stream.uint32(index)).toBe(block[index % 2]);
    }
  });

  it('gives different numbers for different seeds, streams and steps', () => {
    const draws = [
      randomStream(1, 'a', 0),
      randomStream(2, 'a', 0),
      randomStream(1, 'b', 0),
      randomStream(1, 'a', 1),
    ].map((stream) => stream.uint32(0));
    expect(new Set(draws).size).toBe(4);
  });

  it('has uniform and normal moments', () => {
    const stream = randomStream(3, 'moments');
    const count = 20_000;
    const mean = (draw: (i: number) => number) =>
      Array.from({ length: count }, (_, i) => draw(i)).reduce((a, b) => a + b) / count;
    expect(mean((i) => stream.uniform(i))).toBeCloseTo(0.5, 2);
    expect(mean((i) => stream.normal(i))).toBeCloseTo(0, 1);
    expect(mean((i) => stream.normal(i) ** 2)).toBeCloseTo(1, 1);
  });

  it('permutes', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1000), (size, step) => {
        const order = randomStream(5, 'shuffle', step).permutation(size);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
      }),
    );
  });

  it('permutes as its numbers say, which every run in existence depends on', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(1000), (size, step) => {
        const stream = randomStream(5, 'shuffle', step);
        const expected = Array.from({ length: size }, (_, i) => i);
        for (let last = size - 1, draw = 0; last > 0; last--, draw++) {
          const other = Math.floor((stream.uint32(draw) / 2 ** 32) * (last + 1));
          expected.splice(last, 1, expected.splice(other, 1, expected[last]!)[0]!);
        }
        expect([...stream.permutation(size)]).toEqual(expected);
      }),
    );
  });
});
