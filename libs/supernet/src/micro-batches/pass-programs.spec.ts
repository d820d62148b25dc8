import { describe, expect, it } from 'vitest';
import { compile } from '@taskweave/engine';
import { runSpecSchema } from '@taskweave/spec';
import { architectureStep } from '../programs/architecture-step.js';
import { weightStep } from '../programs/weight-step.js';
import { BATCH, IMAGE, tinySupernet } from '../testing.js';
import { passPrograms } from './pass-programs.js';
import { trainingState } from './training-state.js';

const supernet = tinySupernet();
const planOf = (microBatches: number) => ({
  spec: runSpecSchema.parse({ data: { batchSize: BATCH, microBatches } }),
  imageShape: IMAGE,
});

describe('the programs of a pass', () => {
  it('are one for each size of micro-batch, under names of their own', () => {
    const listed = (microBatches: number) =>
      (['architecture', 'weights'] as const).flatMap((pass) =>
        passPrograms(supernet, planOf(microBatches), pass, BATCH).map(
          ({ program, size, calls }) =>
            `${program.name} ${size}x${calls} ${program.inputs['image']!.shape[0]}`,
        ),
      );
    expect(listed(1)).toEqual(['architecture-step 4x1 4', 'weight-step 4x1 4']);
    expect(listed(2)).toEqual(['architecture-step-of-2 2x2 2', 'accumulate-step-of-2 2x2 2']);
    expect(listed(3)).toEqual([
      'architecture-step-of-2 2x1 2',
      'architecture-step-of-1 1x2 1',
      'accumulate-step-of-2 2x1 2',
      'accumulate-step-of-1 1x2 1',
    ]);
  });

  it('compile to what they are without dropout for networks that have none', () => {
    const plan = planOf(1);
    const state = trainingState(supernet, plan);
    const plain = {
      architecture: architectureStep(supernet, IMAGE, BATCH),
      weights: weightStep(supernet, IMAGE, BATCH, plan.spec.optimizer),
    };
    for (const pass of ['architecture', 'weights'] as const) {
      const [only] = passPrograms(supernet, plan, pass, BATCH);
      const found = compile(only!.program, state);
      const expected = compile(plain[pass], state);
      expect(found.model.inputs.map(({ name }) => name)).not.toContain('step');
      expect(Buffer.compare(found.bytes, expected.bytes)).toBe(0);
    }
  });
});
