import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Axis } from './axes.js';
import { combinations } from './combinations.js';

const axes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).map((sizes): Axis[] =>
  sizes.map((size, a) => ({
    name: `axis${a}`,
    variants: Array.from({ length: size }, (_, v) => ({ name: `${a}.${v}`, apply: (tree) => tree })),
  })),
);

it('has every choice of one variant per axis once, the last axis varying fastest', () => {
  fc.assert(
    fc.property(axes, (given) => {
      const all = combinations(given, 'alone');
      expect(all).toHaveLength(given.reduce((product, { variants }) => product * variants.length, 1));
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
      for (const { choices, variants, name } of all) {
        expect(Object.keys(choices)).toEqual(given.map((axis) => axis.name));
        expect(variants.map((variant) => variant.name)).toEqual(Object.values(choices));
        expect(name).toBe(given.length === 0 ? 'alone' : Object.values(choices).join('-'));
      }
      const sorted = all.map(({ choices }) => Object.values(choices).join(' '));
      expect(sorted).toEqual([...sorted].sort());
    }),
  );
});
