import { describe, expect, it } from 'vitest';
import { estimateProgram } from '@taskweave/engine';
import { expectCloseTensors, runProgram } from '@taskweave/engine/testing';
import { passPrograms } from './micro-batches/pass-programs.js';
import { recomputedSegments } from './recompute.js';
import { trainingState } from './micro-batches/training-state.js';
import { buildSupernet } from './build-supernet.js';
import { architectureStep } from './programs/architecture-step.js';
import { BATCH, IMAGE, TINY_SUPERNETS, randomInputs, tinySupernet, trainedState } from './testing.js';
import { runSpecSchema, type RunPlan } from '@taskweave/spec';

const tasks = ['left', 'right'].map((id) => ({ id, kind: 'classification', outputs: 10 }) as const);

function plan(recompute: RunPlan['spec']['engine']['recompute']) {
  const spec = runSpecSchema.parse({
    engine: { recompute },
    data: { batchSize: 32 },
    tasks: tasks.map(({ id }) => ({ id, backbone: { id: 'vgg-mini' } })),
  });
  return { spec, tasks, imageShape: [32, 32, 1], method: 'search' } as const;
}

const none = plan('none');
const supernet = buildSupernet(none);
const [network] = supernet.declarations;
const names = network!.stages.map(({ name }) => name);

describe('the stages to recompute', () => {
  it('are none, all, or those that are named, of every network', () => {
    expect(recomputedSegments(supernet.declarations, 'none')).toEqual([]);
    expect(recomputedSegments(supernet.declarations, 'all')).toHaveLength(2 * names.length);
    expect(recomputedSegments(supernet.declarations, [names[1]!])).toEqual([
      [`left/${names[1]}`, `left/fusion/${names[1]}`],
      [`right/${names[1]}`, `right/fusion/${names[1]}`],
    ]);
  });

  it('must exist', () => {
    expect(() => recomputedSegments(supernet.declarations, ['conv9'])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'engine.recompute', found: 'conv9' }),
    );
  });

  it('save memory in both passes, for a second forward pass of theirs', async () => {
    const state = trainingState(supernet, none);
    for (const pass of ['architecture', 'weights'] as const) {
      const estimate = async (from: ReturnType<typeof plan>) =>
        estimateProgram(passPrograms(supernet, from, pass, 32)[0]!.program, state);
      const [kept, recomputed] = [await estimate(none), await estimate(plan('all'))];
      expect(recomputed.activationBytes).toBeLessThan(0.8 * kept.activationBytes);
      expect(recomputed.macs).toBeGreaterThan(1.2 * kept.macs);
    }
  });

  it('compute the same where edges cross blocks of networks that go out of step', async () => {
    const [, options] = TINY_SUPERNETS.find(([name]) => name.startsWith('three networks of other depths'))!;
    const uneven = tinySupernet(options);
    const program = architectureStep(uneven, IMAGE, BATCH);
    const run = async (recompute: string[][]) =>
      runProgram(
        'onnx',
        { ...program, recompute },
        { state: trainedState(uneven), inputs: randomInputs(uneven) },
      );
    const [kept, recomputed] = [await run([]), await run(recomputedSegments(uneven.declarations, 'all'))];
    expectCloseTensors(recomputed.outputs, kept.outputs, 1e-6);
    expectCloseTensors(recomputed.state, kept.state, 1e-6);
  });
});
