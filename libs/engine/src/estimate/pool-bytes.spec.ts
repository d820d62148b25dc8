import fc from 'fast-check';
import { elementCount } from '@taskweave/common';
import { expect, it } from 'vitest';
import type { ModelGraph } from './buffer-plan.js';
import { poolBytes } from './pool-bytes.js';
import type { TensorSizes } from './tensor-shapes.js';

const PAGE = 4096;

/** A chain of nodes; all but the last tensor are within. */
function chain(opType: string, shapes: readonly (readonly number[])[]): [ModelGraph, TensorSizes] {
  const nodes = shapes.map((_, i) => ({
    name: `n${i}`,
    opType,
    inputs: [i === 0 ? 'x' : `t${i - 1}`],
    outputs: [i === shapes.length - 1 ? 'y' : `t${i}`],
  }));
  const all = new Map([...shapes.map((shape, i) => [`t${i}`, shape] as const), ['x', [1]], ['y', [1]]]);
  const sizes = { shapes: all, bytes: (name: string) => 4 * elementCount(all.get(name)!) };
  const tensor = (name: string): ModelGraph['inputs'][number] => ({ name, dtype: 'float32', shape: [1] });
  return [{ inputs: [tensor('x')], outputs: [tensor('y')], initializers: [], nodes }, sizes];
}

it('takes turns in a chain, however long it is', () => {
  const shape = [100 * PAGE];
  const bytes = (length: number): number =>
    poolBytes(
      ...chain(
        'Exp',
        Array.from({ length }, () => shape),
      ),
    );
  expect(bytes(20)).toBe(bytes(5));
  expect(bytes(5)).toBe(2 * 4 * shape[0]!);
});

it('is never less than a node with its operand', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 2, maxLength: 20 }), (lengths) => {
      const [model, sizes] = chain(
        'Exp',
        lengths.map((length) => [length]),
      );
      const pairs = model.nodes
        .slice(1, -1)
        .map(({ inputs, outputs }) => sizes.bytes(inputs[0]!) + sizes.bytes(outputs[0]!));
      expect(poolBytes(model, sizes)).toBeGreaterThanOrEqual(Math.max(0, ...pairs));
    }),
  );
});

it('counts what a kernel needs for itself', () => {
  const shapes = [[100 * PAGE], [100 * PAGE], [1]];
  const extra = poolBytes(...chain('Where', shapes)) - poolBytes(...chain('Exp', shapes));
  expect(extra).toBe(2 * 4 * 100 * PAGE);
});
