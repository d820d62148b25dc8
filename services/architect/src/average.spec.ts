import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageGradients } from './average.js';

const contribution = (gateGradients: number[], loss: number, examples: number) => ({
  step: 0,
  gateGradients,
  losses: [{ task: 'left', loss }],
  examples,
  lost: [],
});

describe('averageGradients', () => {
  it('passes a single contribution on bit by bit', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number), number, fc.integer({ min: 1, max: 1e6 }), (gradients, loss, examples) => {
        const { gateGradients, losses } = averageGradients([contribution(gradients, loss, examples)]);
        // 0 + -0 is 0: the sign of zero means nothing to an update.
        gradients.forEach((value, edge) => expect(gateGradients[edge]! === value).toBe(true));
        expect(losses['left'] === loss).toBe(true);
      }),
    );
  });

  it('weights by examples', () => {
    const { gateGradients, losses } = averageGradients([
      contribution([1, 0], 4, 48),
      contribution([5, -4], 8, 16),
    ]);
    expect([...gateGradients]).toEqual([2, -1]);
    expect(losses).toEqual({ left: 5 });
  });

  it('leaves out who had no part in the batch', () => {
    const { gateGradients, losses } = averageGradients([
      { ...contribution([0, 0], 0, 0), losses: [] },
      contribution([1, 2], 3, 7),
    ]);
    expect([...gateGradients]).toEqual([1, 2]);
    expect(losses).toEqual({ left: 3 });
  });

  it.each([
    ['different lengths', [contribution([1], 1, 1), contribution([1, 2], 1, 1)]],
    ['no examples', [contribution([1], 1, 0)]],
    ['different tasks', [contribution([1], 1, 1), { ...contribution([1], 1, 1), losses: [] }]],
  ])('refuses %s', (_, gradients) => {
    expect(() => averageGradients(gradients)).toThrowError(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    );
  });
});
