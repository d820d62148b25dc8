import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KnownIds } from './known-ids.js';

it('knows what it was told, as a set does, in any order', () => {
  const ids = fc.oneof(
    fc.nat({ max: 12 }).map((step) => `run.step.${step}`),
    fc.constantFrom('run.step.', 'run.step.01', 'run.step.-1', 'run.step.1.5', 'run.evaluation.done.3', ''),
  );
  fc.assert(
    fc.property(fc.array(ids), fc.array(ids), (told, asked) => {
      const known = new KnownIds('run.step.');
      for (const id of told) known.add(id);
      const oracle = new Set(told);
      for (const id of [...told, ...asked]) expect([id, known.has(id)]).toEqual([id, oracle.has(id)]);
    }),
  );
});
