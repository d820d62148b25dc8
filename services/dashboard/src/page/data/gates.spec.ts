import { describe, expect, it } from 'vitest';
import { GatesTable } from '../../server/gates-table.js';
import { NO_GATES, lineAt, probability, withGates } from './gates.js';

const table = new GatesTable();
const lines = [
  { step: 0, probabilities: [0.5, 0.25, 1] },
  { step: 10, probabilities: [0, 0.3333, 0.9999] },
  { step: 20, probabilities: [0.1, 0.2, 0.3] },
];

describe('gates', () => {
  it('come over the wire as they were, in parts', () => {
    lines.slice(0, 2).forEach((line) => table.add(line));
    const answer = (first: number) => ({ epoch: 'e', first, edges: table.edges, ...table.since(first) });
    let gates = withGates(NO_GATES, answer(0));
    table.add(lines[2]!);
    gates = withGates(gates, answer(2));
    expect(gates.steps).toEqual([0, 10, 20]);
    lines.forEach(({ probabilities }, line) =>
      probabilities.forEach((p, edge) => expect(probability(gates, line, edge)).toBeCloseTo(p, 4)),
    );
    // Those of another reading of the file take their place.
    table.clear();
    table.add(lines[1]!);
    expect(withGates(gates, { ...answer(0), epoch: 'f' })).toMatchObject({ steps: [10], edges: 3 });
  });

  it('are found by step: the last line that is not later', () => {
    const gates = { ...NO_GATES, steps: [0, 10, 20] };
    expect([0, 9, 10, 19, 20, 99].map((step) => lineAt(gates, step))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(lineAt(NO_GATES, 5)).toBe(-1);
  });
});
