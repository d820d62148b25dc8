import { describe, expect, it } from 'vitest';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildNetworks } from './build-networks.js';

const tasks = ['left', 'right'].map((id): TaskDeclaration => ({ id, kind: 'classification', outputs: 10 }));

function plan(backbone: object, channels = 1) {
  const spec = runSpecSchema.parse({ tasks: [{ id: 'left' }, { id: 'right', lossWeight: 2, backbone }] });
  return { spec, tasks, imageShape: [36, 36, channels] as const };
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

  it.each(['constructor', 'toString'])('refuse the backbone %s, which every object has', (id) => {
    expect(() => buildNetworks(plan({ id }))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('refuse options, naming the field', () => {
    expect(() => buildNetworks(plan({ options: { channels: 'many' } }))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: 'tasks[1].backbone.options.channels' }),
    );
  });

  it('are given the channels of the image that their task names', () => {
    const [left, right] = buildNetworks(plan({ inputChannels: [2, 0] }, 3));
    const kernel = (network: typeof left) => network!.backbone.parameters[0]!.shape;
    expect([kernel(left), kernel(right)]).toEqual([
      [3, 3, 3, 8],
      [3, 3, 2, 8],
    ]);
    expect(left!.backbone.macs - right!.backbone.macs).toBe(9 * 8 * 36 * 36);
  });

  it('refuse a channel that images do not have, naming the field', () => {
    expect(() => buildNetworks(plan({ inputChannels: [1, 3] }, 3))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        subject: 'tasks[1].backbone.inputChannels',
        found: '3',
        expected: 'integers from 0 to 2',
      }),
    );
  });
});
