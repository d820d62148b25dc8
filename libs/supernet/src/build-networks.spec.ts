import { describe, expect, it } from 'vitest';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildNetworks } from './build-networks.js';

const tasks = ['left', 'right'].map((id): TaskDeclaration => ({ id, kind: 'classification', outputs: 10 }));

function plan(backbone: object) {
  const spec = runSpecSchema.parse({ tasks: [{ id: 'left' }, { id: 'right', lossWeight: 2, backbone }] });
  return { spec, tasks, imageShape: [36, 36, 1] as const };
}

describe('the networks of a plan', () => {
  it('are those of its tasks, with the options of each', () => {
    const networks = buildNetworks(plan({ options: { channels: [[4], [4]] } }));
    expect(
      networks.map(({ task, lossWeight, backbone: { stages } }) => [task.id, lossWeight, stages.length]),
    ).toEqual([
      ['left', 1, 5],
      ['right', 2, 2],
    ]);
  });

  it('refuse a backbone that does not exist, naming the field', () => {
    expect(() => buildNetworks(plan({ id: 'vgg-17' }))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: 'tasks[1].backbone.id',
        found: 'vgg-17',
        expected: expect.stringContaining('vgg-mini') as string,
      }),
    );
  });
});
