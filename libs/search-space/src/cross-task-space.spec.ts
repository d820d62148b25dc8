import { randomStream } from '@taskweave/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrossTaskSpace } from './cross-task-space.js';
import type { NetworkDeclaration } from './declaration.js';
import type { ArchCode } from './space.js';

function network(task: string): NetworkDeclaration {
  const blocks = [0, 1, 1, 2, 2];
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
const size = space.genes.length;

const codes = fc
  .array(fc.integer({ min: 0, max: 1 }), { minLength: size, maxLength: size })
  .map((genes): ArchCode => ({ space: space.id, genes }));
const streams = fc.nat(2 ** 32 - 1).map((seed) => randomStream(seed, 'test'));
const logits = fc.array(fc.double({ noNaN: true }), { minLength: size, maxLength: size });
/** What is left open for every gene: 0 = drop only, 1 = keep only, 2 = both. */
const restrictions = fc
  .array(fc.integer({ min: 0, max: 2 }), { minLength: size, maxLength: size })
  .map((open) =>
    space.restrict((gene, choice) => {
      const which = open[space.genes.indexOf(gene)]!;
      return which === 2 || gene.choices[which] === choice;
    }),
  );

describe('CrossTaskSpace', () => {
  it('has one bit per edge, in edge order, grouped by direction, with its cost', () => {
    expect(size).toBe(14);
    expect(space.genes.map(({ id }) => id)).toEqual(space.edges.map(({ id }) => id));
    expect(new Set(space.genes.map(({ kind }) => kind))).toEqual(new Set(['bit']));
    expect(space.genes.slice(0, 7).map(({ group }) => group)).toEqual(Array(7).fill('right->left'));
    expect(space.genes.slice(7).map(({ group }) => group)).toEqual(Array(7).fill('left->right'));
    expect(space.genes.map(({ cost }) => cost)).toEqual(space.edges.map(({ macs }) => [0, macs]));
  });

  it('samples valid codes that depend on the stream, each bit set half of the time', () => {
    const samples = Array.from({ length: 2000 }, (_, step) => space.sample(randomStream(1, 'sample', step)));
    expect(samples.every((code) => space.valid(code))).toBe(true);
    for (let g = 0; g < size; g++) {
      const share = samples.filter(({ genes }) => genes[g] === 1).length / samples.length;
      expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
    }
  });

  it('survives relax and discretise', () => {
    fc.assert(
      fc.property(codes, fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (code, strength) => {
        expect(space.discretise(space.relax(code, strength))).toEqual(code);
      }),
    );
  });

  it('keeps an edge iff its logit is strictly above 0', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const { genes } = space.discretise({ space: space.id, logits: values });
        expect(genes).toEqual(values.map((value) => (value > 0 ? 1 : 0)));
      }),
    );
    expect(space.discretise({ space: space.id, logits: Array(size).fill(0) }).genes).toEqual(
      Array(size).fill(0),
    );
  });

  it('encodes codes as 0/1 features from which they can be read back', () => {
    fc.assert(
      fc.property(codes, (code) => {
        const features = [...space.encode(code)];
        expect(features).toEqual(code.genes);
        expect(space.discretise({ space: space.id, logits: features.map((x) => x - 0.5) })).toEqual(code);
      }),
    );
  });

  it('survives JSON', () => {
    fc.assert(
      fc.property(streams, logits, (stream, values) => {
        const sampled = space.sample(stream);
        const relaxed = space.relax(space.discretise({ space: space.id, logits: values }), 3);
        expect(JSON.parse(JSON.stringify({ sampled, relaxed }))).toEqual({ sampled, relaxed });
      }),
    );
  });

  it('mutates purely: valid, unchanged parent, nothing at 0, every bit at 1', () => {
    fc.assert(
      fc.property(codes, streams, fc.double({ min: 0, max: 1, noNaN: true }), (code, stream, p) => {
        const before = structuredClone(code);
        const child = space.mutate(code, stream, p);
        expect(space.valid(child)).toBe(true);
        expect(space.mutate(code, stream, p)).toEqual(child);
        expect(space.mutate(code, stream, 0)).toEqual(code);
        expect(space.mutate(code, stream, 1).genes).toEqual(code.genes.map((bit) => 1 - bit));
        expect(code).toEqual(before);
      }),
    );
  });

  it('crosses gene by gene, from both parents', () => {
    fc.assert(
      fc.property(codes, codes, streams, (first, second, stream) => {
        const child = space.cross(first, second, stream);
        child.genes.forEach((bit, g) => expect([first.genes[g], second.genes[g]]).toContain(bit));
      }),
    );
    const ones = { space: space.id, genes: Array<number>(size).fill(1) };
    const zeros = { space: space.id, genes: Array<number>(size).fill(0) };
    const { genes } = space.cross(ones, zeros, randomStream(1, 'cross'));
    expect(new Set(genes)).toEqual(new Set([0, 1]));
  });

  it('knows foreign, short and unknown codes', () => {
    const genes = Array<number>(size).fill(0);
    expect(space.valid({ space: 'cells', genes })).toBe(false);
    expect(space.valid({ space: space.id, genes: genes.slice(1) })).toBe(false);
    expect(space.valid({ space: space.id, genes: [2, ...genes.slice(1)] })).toBe(false);
    expect(() => space.encode({ space: space.id, genes: genes.slice(1) })).toThrow('does not belong');
    expect(() => space.discretise({ space: space.id, logits: [1] })).toThrow('another search space');
  });
});

describe('a restricted CrossTaskSpace', () => {
  it('only makes codes of its own, which are codes of the full space too', () => {
    fc.assert(
      fc.property(restrictions, streams, logits, (restricted, stream, values) => {
        const first = restricted.sample(stream);
        const second = restricted.discretise({ space: space.id, logits: values });
        const made = [
          first,
          second,
          restricted.mutate(first, stream, 0.7),
          restricted.cross(first, second, stream),
        ];
        for (const code of made) {
          expect(restricted.valid(code)).toBe(true);
          expect(space.valid(code)).toBe(true);
        }
      }),
    );
  });

  it('can only become smaller', () => {
    const first = space.genes[0]!;
    const dropped = space.restrict((gene, choice) => gene !== first || choice === 'drop');
    expect(dropped.genes[0]!.allowed).toEqual([0]);
    expect(dropped.restrict(() => true).genes[0]!.allowed).toEqual([0]);
    expect(() => dropped.restrict((gene, choice) => gene.id !== first.id || choice === 'keep')).toThrow(
      'neither kept nor dropped',
    );
  });
});
