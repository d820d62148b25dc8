import { describe, expect, it } from 'vitest';
import { runSpecSchema, type TaskDeclaration } from '@taskweave/spec';
import { buildSupernet } from './build-supernet.js';

const tasks = ['left', 'right'].map((id): TaskDeclaration => ({ id, kind: 'classification', outputs: 10 }));

function plan(backbone: object) {
  const spec = runSpecSchema.parse({ tasks: [{ id: 'left' }, { id: 'right', lossWeight: 2, backbone }] });
  return { spec, tasks, imageShape: [36, 36, 1], method: 'search' } as const;
}

describe('the networks of a plan', () => {
  it('are joined by all candidate edges in a search, and not at all as baselines', () => {
    const joined = buildSupernet(plan({}));
    expect([joined.fused, joined.edges.length]).toEqual([true, 14]);
    const apart = buildSupernet({ ...plan({}), method: 'single-task' });
    expect([apart.fused, apart.edges.length]).toEqual([false, 0]);
    expect(apart.parameters.some(({ group }) => group === 'fusion')).toBe(false);
  });

  it('are joined where their blocks agree when they differ in depth', () => {
    const { edges } = buildSupernet(plan({ options: { channels: [[8], [16, 16], [32]] } }));
    expect(edges.map(({ id }) => id).filter((id) => id.includes('conv3'))).toEqual([
      'right/conv3_1->left/conv3_1',
      'right/conv3_1->left/conv3_2',
      'left/conv3_1->right/conv3_1',
    ]);
  });

  it('refuse to be joined when stages of one block differ in shape, unless edges may cross blocks', () => {
    const uneven = plan({ options: { channels: [[8], [12]] } });
    expect(() => buildSupernet(uneven)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('conv2_1 of right and conv2_1 of left differ in shape') as string,
      }),
    );
    const spec = runSpecSchema.parse({ ...uneven.spec, space: { rule: 'cross-block' } });
    // Into five stages 1, 2, 2, 1 and 0, into two 1 and 2.
    expect(buildSupernet({ ...uneven, spec }).edges).toHaveLength(9);
  });
});
