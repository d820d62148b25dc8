import { describe, expect, it } from 'vitest';
import { float32 } from '../host-tensor.js';
import { TESTED_ENGINES, differentiated, runProgram } from '../testing.js';
import { cosineSimilarity } from './cosine.js';

const state = {
  p: float32([6, 2], [3, 4, 1, 0, 1, 0, 2, 2, 0, 0, 1e-3, 0]),
  q: float32([6, 2], [6, 8, 0, 5, -2, 0, 1, 0, 1, 2, 1e-3, 0]),
};

describe.each(TESTED_ENGINES)('the cosine of the angle between vectors on %s', (engine) => {
  const program = differentiated(state, ({ p, q }) => cosineSimilarity(p!, q!));

  it('is 1 for parallel, 0 for orthogonal, -1 for opposite, and 0 for zero vectors', async () => {
    const { outputs } = await runProgram(engine, program, { state });
    expect(outputs['y']!.shape).toEqual([6]);
    [1, 0, -1, Math.SQRT1_2, 0, 1].forEach((cosine, i) => {
      expect(outputs['y']!.data[i]).toBeCloseTo(cosine, 6);
    });
  });

  it('has a gradient that is finite everywhere', async () => {
    const { outputs } = await runProgram(engine, program, { state });
    expect([...outputs['d/p']!.data, ...outputs['d/q']!.data].every(Number.isFinite)).toBe(true);
  });
});
