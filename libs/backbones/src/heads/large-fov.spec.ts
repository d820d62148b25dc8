import { describe, expect, it } from 'vitest';
import { elementCount } from '@taskweave/common';
import { int32, type Program } from '@taskweave/engine';
import { TESTED_ENGINES, normal, runProgram } from '@taskweave/engine/testing';
import { forwardContext } from '../forward-context.js';
import { initialValues } from '../parameters.js';
import { largeFovHead } from './large-fov.js';

const last = { name: 'conv5_3', channels: 512, height: 40, width: 40, block: 4 };

describe('the large-FOV head', () => {
  it.each([
    [40, 5_812_264, 9.293],
    [3, 5_774_339, 9.232],
  ])('for %i outputs has the published size and cost', (outputs, parameters, gigaMacs) => {
    const head = largeFovHead('segmentation/head', last, { hidden: 1024, outputs });
    const trainable = head.parameters.filter(({ trainable }) => trainable);
    expect(trainable.reduce((sum, { shape }) => sum + elementCount(shape), 0)).toBe(parameters);
    expect(head.macs / 1e9).toBeCloseTo(gigaMacs, 3);
  });

  it('tells the classifier, which learns faster, from the rest', () => {
    const { parameters } = largeFovHead('t/head', last, { hidden: 8, outputs: 3 });
    const groups = parameters.filter(({ group }) => group !== 'head').map(({ name, group }) => [name, group]);
    expect(groups).toEqual([
      ['t/head/classifier/weight', 'classifier-weight'],
      ['t/head/classifier/bias', 'classifier-bias'],
    ]);
  });
});

describe.each(TESTED_ENGINES)('dropout in the head on %s', (engine) => {
  const small = { ...last, channels: 4, height: 3, width: 2 };
  const head = largeFovHead('t/head', small, { hidden: 6, outputs: 2 });
  const state = initialValues(head.parameters, 1);
  const run = async (step: number, { dropout = true, training = true } = {}) => {
    const inputs = { features: normal('features', [2, 3, 2, 4]), step: int32([], [step]) };
    const program: Program = {
      name: 'head',
      inputs,
      reads: Object.keys(state),
      run(parameters, tensors) {
        const context = forwardContext(parameters, {
          training,
          batchNorm: { epsilon: 1e-3, momentum: 0.05 },
          ...(dropout && { random: { seed: 1, step: tensors['step']!, pass: 'test' } }),
        });
        return { outputs: { y: head.apply(context, tensors['features']!) } };
      },
    };
    const { outputs } = await runProgram(engine, program, { state, inputs });
    expect(outputs['y']!.shape).toEqual([2, 3, 2, 2]);
    return [...outputs['y']!.data];
  };

  it('differs from step to step, and is the same for the same step', async () => {
    const [first, again, other] = [await run(3), await run(3), await run(4)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('is off without random numbers, and in evaluation', async () => {
    expect(await run(4, { dropout: false })).toEqual(await run(3, { dropout: false }));
    expect(await run(3)).not.toEqual(await run(3, { dropout: false }));
    expect(await run(4, { training: false })).toEqual(await run(3, { training: false }));
  });
});
