import { describe, expect, it } from 'vitest';
import { parseRunPlan, type RunPlan } from './run-plan.js';
import { runSpecSchema } from './run-spec.js';

const plan: RunPlan = {
  spec: runSpecSchema.parse({}),
  method: 'search',
  networks: ['left', 'right'].map((task) => ({
    task,
    stages: [{ name: 'conv1_1', channels: 8, height: 36, width: 36, block: 0 }],
  })),
  tasks: ['left', 'right'].map((id) => ({ id, kind: 'classification', outputs: 10 })),
  imageShape: [36, 36, 1],
};

describe('parseRunPlan', () => {
  it('reads back what was written', () => {
    expect(parseRunPlan(JSON.stringify(plan))).toEqual(plan);
  });

  it.each([
    ['not JSON', '{', 'plan'],
    ['nothing', 'null', 'plan.spec'],
    ['a bad spec', JSON.stringify({ ...plan, spec: { steps: 0 } }), 'plan.spec.steps'],
    ['too few networks', JSON.stringify({ ...plan, networks: plan.networks.slice(1) }), 'plan.networks'],
    ['no tasks', JSON.stringify({ ...plan, tasks: undefined }), 'plan.tasks'],
    ['an image without channels', JSON.stringify({ ...plan, imageShape: [36, 36] }), 'plan.imageShape'],
    ['an image without height', JSON.stringify({ ...plan, imageShape: [0, 36, 1] }), 'plan.imageShape.0'],
    [
      'a task of an unknown kind',
      JSON.stringify({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, kind: 'guessing' })) }),
      'plan.tasks.0.kind',
    ],
    ['tasks in another order', JSON.stringify({ ...plan, tasks: plan.tasks.toReversed() }), 'plan.tasks'],
    ['an unknown method', JSON.stringify({ ...plan, method: 'guess' }), 'plan.method'],
  ])('refuses %s', (_, json, subject) => {
    expect(() => parseRunPlan(json)).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject }),
    );
  });
});
