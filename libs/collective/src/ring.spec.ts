import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chunksSent, ringSteps, roleOf, segmentBounds } from './ring.js';

it('sends every element on in every step but those of two segments, in chunks that follow each other', () => {
  const cases = fc.record({
    elements: fc.nat(200),
    members: fc.integer({ min: 2, max: 8 }),
    size: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(cases, ({ elements, members, size }) => {
      for (let position = 0; position < members; position++) {
        const chunks = chunksSent(elements, members, position, size);
        const sent = chunks.reduce((sum, { begin, end }) => sum + end - begin, 0);
        // Segments differ by one element at most, so two are left out of twice the vector.
        expect(Math.abs(sent - 2 * (elements - elements / members))).toBeLessThanOrEqual(2);
        for (const [i, { step, begin, end }] of chunks.entries()) {
          expect(end - begin).toBeGreaterThan(0);
          expect(end - begin).toBeLessThanOrEqual(size);
          const before = chunks[i - 1];
          if (before?.step === step) expect(before.end).toBe(begin);
          else expect(before?.step ?? -1).toBeLessThan(step);
        }
      }
    }),
  );
});

it('passes on what came in the step before, and holds the mean of one segment halfway', () => {
  for (const members of [2, 3, 5]) {
    const elements = members * 10;
    for (let position = 0; position < members; position++) {
      const arrived = chunksSent(elements, members, (position + members - 1) % members, 100);
      const sent = chunksSent(elements, members, position, 100);
      expect(sent[0]!.begin).toBe(segmentBounds(elements, members, position)[0]);
      expect(sent.slice(1)).toEqual(
        arrived.slice(0, -1).map((chunk) => ({ ...chunk, step: chunk.step + 1 })),
      );
      const last = arrived.find(({ step }) => roleOf(step, members) === 'last-sum')!;
      expect(last.begin).toBe(segmentBounds(elements, members, (position + 1) % members)[0]);
    }
    const roles = Array.from({ length: ringSteps(members) }, (_, step) => roleOf(step, members));
    expect(roles.filter((role) => role === 'mean')).toHaveLength(members - 1);
  }
});
